/* A drop-in file with what programs have written to its settings. */
#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "registry/dropin.h"

int dropin_lay(struct dropin *dropin, const struct overlay *overlay)
{
	size_t n = overlay_count(overlay);
	_cleanup_(freep) bool *stale = calloc(n + 1, sizeof(bool));
	struct setting *merged = NULL;
	int r = stale ? 0 : -ENOMEM;

	if (r == 0 && n > 0)
		r = overlay_merge(overlay, dropin->own, &merged, stale);
	if (r)
		return r;
	setting_free(dropin->merged);
	dropin->merged = merged;
	dropin->settings = merged ? merged : dropin->own;
	dropin->stale = 0;
	for (size_t i = 0; i < n; i++)
		dropin->stale += stale[i];
	return 0;
}

int dropin_overlay(struct dropin *dropin, const char *state_dir, struct registry_error *error)
{
	_cleanup_(overlay_done) struct overlay overlay = { NULL, NULL };
	int r = state_dir ? overlay_read(state_dir, dropin->name, &overlay, error) : 0;

	if (r)
		return r;
	r = dropin_lay(dropin, &overlay);
	if (r)
		return registry_fail_errno(error, dropin->path, r, "reading");
	free(dropin->overlay);
	dropin->overlay = TAKE(overlay.file);
	return 0;
}

const char *dropin_file_of(const struct dropin *dropin, const struct setting *node)
{
	if (node->overlaid && dropin->overlay)
		return dropin->overlay;
	return node->source ? dropin->included[node->source - 1].path : dropin->path;
}

struct pruning {
	const struct dropin *dropin;
	struct registry_error *error;
};

static void tell_stale(const struct pruning *pruning, const struct overlay_change *change)
{
	const struct dropin *d = pruning->dropin;

	registry_warn(pruning->error, d->path, overlay_line(change, d->own),
		      "settings\\%s%s%s was changed here after a program had set it: this file is "
		      "used, and what the program had set is dropped [W0128]",
		      change->path, change->path[0] ? "\\" : "", change->name);
}

static int drop_stale(void *context, struct overlay *overlay)
{
	const struct pruning *pruning = context;
	_cleanup_(freep) bool *stale = calloc(overlay_count(overlay) + 1, sizeof(bool));
	_cleanup_(setting_freep) struct setting *merged = NULL;
	int r = stale ? overlay_merge(overlay, pruning->dropin->own, &merged, stale) : -ENOMEM;

	for (size_t i = r ? 0 : overlay_count(overlay); i-- > 0;) {
		struct overlay_change change = overlay_at(overlay, i);

		if (!stale[i])
			continue;
		tell_stale(pruning, &change);
		overlay_drop(overlay, i);
	}
	return r;
}

int dropin_prune(const struct dropin *dropin, const char *state_dir, struct registry_error *error)
{
	struct pruning pruning = { dropin, error };

	if (!dropin->stale)
		return 0;
	return overlay_edit(state_dir, dropin->name, drop_stale, &pruning, error);
}
