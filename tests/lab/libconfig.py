"""Python values as libconfig text: dict a group, list of dicts a list, other lists arrays."""


def value(item, depth=0):
    pad = "    " * (depth + 1)
    end = "    " * depth
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, (int, float)):
        return repr(item)
    if isinstance(item, str):
        escaped = item.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'
    if isinstance(item, dict):
        return "{\n" + "".join(f"{pad}{key} = {value(of, depth + 1)};\n"
                               for key, of in item.items()) + end + "}"
    if any(isinstance(of, (dict, list, tuple)) for of in item) or isinstance(item, tuple):
        return "(\n" + ",\n".join(pad + value(of, depth + 1) for of in item) + "\n" + end + ")"
    return "[" + ", ".join(value(of) for of in item) + "]"


def dumps(settings):
    """The text of a configuration file whose top level is this dict."""
    return "".join(f"{key} = {value(of)};\n" for key, of in settings.items())
