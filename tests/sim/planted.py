#!/usr/bin/env python3
"""Judges the simulator: plants one fault after the other in a copy of a source of the daemon, and lets the
simulator look for it. Each must be found within SEEDS seeds.

    tests/sim/planted.py BUILD [-s SEEDS] [-j JOBS] [-l] [NAME]...

`make check-planted` says by SIM_COMPILE and SIM_LINK how that copy is compiled, and how the program is
linked with it in place of the right one. Nothing of a fault is in the tree, or in what is built of it. A
fault whose text is not there any more, just once, is an error: its source has changed, and so must it.
"""
import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent

# name, file below daemon/, the right text, the wrong one
FAULTS = [
    ("generation-stays", "base/handle.c",
     "v.generation = generation_after(before.generation);",
     "v.generation = before.generation;"),
    ("late-user-enters", "base/handle.c",
     "(state == HANDLE_EXPIRED && use == GUARD_GIVE_BACK);",
     "(state == HANDLE_EXPIRED && use <= GUARD_GIVE_BACK);"),
    ("any-generation-decides", "base/handle.c",
     "\t\tif (v.generation != generation)\n\t\t\treturn false;\n\t\tif (v.state != HANDLE_OPEN && v.state",
     "\t\tif (v.state != HANDLE_OPEN && v.state"),
    ("no-latch", "base/handle.c",
     "v.state = v.state == HANDLE_OPEN ? HANDLE_LATCHED : HANDLE_CLOSED;",
     "v.state = HANDLE_CLOSED;"),
    ("queued-expires-as-open", "base/handle.c",
     "v.state = v.state == HANDLE_OPEN || v.state == HANDLE_PARKED ? HANDLE_EXPIRED\n\t\t\t\t\t\t\t\t\t     : HANDLE_CLOSED;",
     "v.state = HANDLE_EXPIRED;"),
    ("park-keeps-its-pin", "base/handle.c",
     "\t\t\tv.state = HANDLE_CLOSED;\n\t\tv.pins--;\n", "\t\t\tv.state = HANDLE_CLOSED;\n"),
    ("late-verdict-counts", "base/handle.c",
     "\t\tif (v.state != HANDLE_EXPIRED)\n\t\t\tv.verdict = verdict;\n\t\tv.state = v.state == HANDLE_OPEN",
     "\t\tv.state = v.state == HANDLE_OPEN"),
    ("pin-dropped", "provider/pin.c",
     "return req && guard_pin(&req->guard, generation, use) ? req : NULL;",
     "return req && guard_view(&req->guard).generation == generation &&\n"
     "\t\t\t       guard_lets_in(&req->guard, use)\n\t\t       ? req\n\t\t       : NULL;"),
    ("last-user-posts-nothing", "provider/pin.c",
     "if (req != call_request() && guard_unpin(&req->guard) &&\n\t    mailbox_post",
     "if (req != call_request() && guard_unpin(&req->guard) && host == NULL &&\n\t    mailbox_post"),
    ("letter-without-wake", "provider/entries.c",
     "if (last && mailbox_post(&host->verdicts, &req->letter))\n\t\thost->hooks.wake(host->hooks.context);",
     "if (last)\n\t\tmailbox_post(&host->verdicts, &req->letter);"),
    ("quarantine-freed-early", "provider/walk.c",
     "\trequest_end(host, req, verdict);\n\tif (last) {", "\trequest_end(host, req, verdict);\n\tif (last || !req->wanted) {"),
    ("quarantine-is-no-share", "provider/share.c",
     "atomic_load_explicit(&p->pending, memory_order_relaxed) + mine >= share;",
     "atomic_load_explicit(&p->pending, memory_order_relaxed) >= share;"),
    ("starved-neighbour", "provider/share.c",
     "return chain->n > 1 ? (host->table.count + 1) / 2 : host->table.count;",
     "return chain->n > 0 ? host->table.count : 0;"),
    ("quarantine-of-all-unbounded", "provider/share.c",
     "(mine > 0 && atomic_load(&host->quarantined) >= (host->table.count + 1) / 2);",
     "(mine > 0 && atomic_load(&host->quarantined) > host->table.count);"),
    ("stopped-provider-keeps-quarantine", "provider/share.c",
     "\t\tif (last)\n\t\t\tp->host->settle(p->host, req);", "\t\tif (last && req->wanted)\n\t\t\tp->host->settle(p->host, req);"),
    ("pins-not-waited-for", "provider/walk.c",
     "if (guard_view(&req->guard).pins > 0 && !guard_unpin(&req->guard)) {",
     "if (guard_view(&req->guard).pins > 0 && guard_unpin(&req->guard) && req->chain == NULL) {"),
    ("quarantine-holds-the-chain", "provider/walk.c",
     "if (was == HANDLE_PARKED) /* else its callback is still inside the provider's code */\n\t\tchain_leave(req);",
     "(void)was;"),
    ("chain-left-too-soon", "provider/walk.c",
     "if (was == HANDLE_PARKED) /* else its callback is still inside the provider's code */\n\t\tchain_leave(req);",
     "chain_leave(req);"),
    ("nobody-is-told", "provider/walk.c",
     "\tquarantine_add(p, req);\n\tended_tell(p, req);", "\tquarantine_add(p, req);"),
    ("told-after-giving-back", "provider/ended.c",
     "if (view.state == HANDLE_EXPIRED)", "if (view.state != HANDLE_FREE)"),
    ("told-without-a-pin", "provider/ended.c",
     "\tif (!guard_pin(&req->guard, generation, GUARD_GIVE_BACK))\n\t\treturn;\n", ""),
    ("told-keeps-its-pin", "provider/ended.c",
     "if (guard_unpin(&req->guard) && mailbox_post", "if (guard_view(&req->guard).pins == 0 && mailbox_post"),
    ("told-and-nobody-wakes", "provider/ended.c",
     "if (guard_unpin(&req->guard) && mailbox_post(&p->host->verdicts, &req->letter))\n\t\tp->host->hooks.wake(p->host->hooks.context);",
     "if (guard_unpin(&req->guard))\n\t\tmailbox_post(&p->host->verdicts, &req->letter);"),
    ("nobody-is-told-at-the-stop", "provider/seat_threads.c",
     "if (worker_told(self))\n\t\t\tcontinue;", "if (!atomic_load(&p->leaving) && worker_told(self))\n\t\t\tcontinue;"),
    ("thread-that-ends-telling-is-blamed-again", "provider/seat_threads.c",
     "self->telling = false; /* the place is the next thread's */", ""),
    ("two-outcomes", "provider/walk.c",
     "\tif (req->counted) {\n\t\tlate_settled(host, req);\n\t\treturn;\n\t}\n", ""),
    ("ignore-asks-the-next", "provider/visit.c",
     "return verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR;\n}\n\n/* What went wrong with this turn",
     "return verdict == VERDICT_REJECTED || verdict == VERDICT_ERROR || verdict == VERDICT_IGNORE;\n}\n\n"
     "/* What went wrong with this turn"),
    ("newest-chain-for-all", "provider/walk.c",
     "struct chain *chain = req->chain;\n\n\twhile (chain", "extern struct host *host_the;\n\tstruct chain *chain = host_the->chain;\n\n\twhile (chain"),
    ("paused-are-asked", "provider/walk.c",
     "if (atomic_load_explicit(&p->paused, memory_order_relaxed))\n\t\treturn false;\n", ""),
    ("packets-not-taken-back", "provider/visit.c",
     "\tpackets_take_back(host, p, req);\n\tguard_free", "\tif (!req->counted)\n\t\tpackets_take_back(host, p, req);\n\tguard_free"),
    ("packets-not-uncounted", "provider/visit.c",
     "\tatomic_fetch_sub_explicit(&p->packets, left, memory_order_relaxed);\n", ""),
    ("deadline-of-the-first", "provider/visit.c",
     "req->deadline_ms = host->now_ms + patience_of(p, req);",
     "req->deadline_ms = req->arrived_ms + patience_of(p, req);"),
    ("replies-of-another-turn", "provider/visit.c",
     "req->replied = atomic_load_explicit(&req->replies, memory_order_relaxed);", "req->replied = 0;"),
    ("worker-not-woken", "provider/seat_threads.c",
     "static void flush(struct provider *p)\n{\n\tsem_post(&p->queued);",
     "static void flush(struct provider *p)\n{\n\tif (p->pending != 2)\n\t\tsem_post(&p->queued);"),
    ("stale-errand-is-run", "provider/seat_threads.c",
     "if (guard_claim(&errand.request->guard, errand.generation))",
     "if (guard_claim(&errand.request->guard, guard_view(&errand.request->guard).generation) ||\n"
     "\t\t    guard_view(&errand.request->guard).state == HANDLE_CLOSED)"),
    ("full-queue-forgets", "provider/seat_threads.c",
     "\t\tring_put(&p->queue, &errand);\n\t\tsem_post(&p->queued);\n", ""),
    ("ended-thread-keeps-its-request", "provider/seat_threads.c",
     "if (!was_telling) {\n\t\tworker_served(self, req, visit_abandon(req));",
     "if (!was_telling) {\n\t\tif (!req)\n\t\t\tworker_served(self, req, visit_abandon(req));"),
    ("stopped-while-shared", "site/instance.c", "if (--instance->rosters > 0)", "if (--instance->rosters > 1)"),
    ("unloaded-with-quarantine", "provider/provider.c", "\tquarantine_end(p);\n", ""),
    ("refused-reply-leaks", "provider/send.c",
     "\tfor (unsigned i = 0; i < WAYS_MAX && out[i]; i++)\n\t\toutgoing_release(out[i]);\n\treturn code;",
     "\treturn code;"),
    ("reply-to-the-sender", "provider/send.c",
     "out->to = ways->to[i];", "out->to = ways->to[i];\n\tif (ways->by_rules && out->to.port == 67)\n\t\tout->to.port = 68;"),
    ("reply-lost-between-threads", "provider/host.c",
     "\tfor (letter = mailbox_take(&host->replies); letter; letter = next) {\n\t\tnext = letter->next;",
     "\tfor (letter = mailbox_take(&host->replies); letter; letter = next) {\n\t\tnext = NULL;"),
    ("slot-given-twice", "request/table.c",
     "table->free[table->n_free++] = req->index;", "table->free[table->n_free++] = req->index & ~1u;"),
    ("old-chain-kept", "provider/host.c", "\tnote_information(host);\n\tchain_unref(old);", "\tnote_information(host);\n\t(void)old;"),
    ("duplicate-for-too-long", "request/limit.h", "DUPLICATE_MS = 250", "DUPLICATE_MS = 400"),
    ("half-a-reload", "site/roster.c", "if (told && !keep)\n", "if (told && !keep && i > 0)\n"),
    ("failed-reload-leaves-instances", "site/roster_make.c",
     "\t\troster_settle(making.new, false, reason);\n\t\troster_release(making.new);\n",
     "\t\troster_settle(making.new, false, reason);\n"),
    ("keys-not-passed-on", "site/roster.c", "\t\tif (instance->provider)\n\t\t\tprovider_respec(instance->provider, &spec);",
     "\t\tif (instance->provider && !spec.critical)\n\t\t\tprovider_respec(instance->provider, &spec);"),
    ("pause-lost-in-reload", "site/roster_make.c", "\tkeep_pause(making, instance);\n", ""),
    ("failed-reload-takes-limits", "server/reload.c",
     "\tif (!it->roster)\n\t\treturn -1;\n\tif (s->state",
     "\tif (!it->roster) {\n\t\tif (it->config)\n\t\t\ttake_config(s, TAKE(it->config));\n\t\treturn -1;\n\t}\n\tif (s->state"),
    ("second-reload-forgotten", "server/reload.c", "s->reload_again = true; /* what changed", "s->reload_again = false; /* what changed"),
    ("decision-forgets-pins", "base/handle.c",
     "\t\tv.state = v.state == HANDLE_OPEN ? HANDLE_LATCHED : HANDLE_CLOSED;\n\t} while (!guard_swap(guard, &word, v));\n\t*last = is_last(v);",
     "\t\tv.state = v.state == HANDLE_OPEN ? HANDLE_LATCHED : HANDLE_CLOSED;\n\t} while (!guard_swap(guard, &word, v));\n"
     "\t*last = v.state == HANDLE_CLOSED;"),
    ("expiry-forgets-pins", "provider/walk.c", "if (last) {\n\t\tvisit_settle(host, req);\n\t\trequest_release(host, req);",
     "if (last || was == HANDLE_LATCHED) {\n\t\tvisit_settle(host, req);\n\t\trequest_release(host, req);"),
    ("freed-while-sent", "request/packet.c", "held ? seen | FREED : PLACE_TAKEN", "PLACE_TAKEN"),
    ("trial-goes-out", "provider/send.c", "\tif (!out->trial) {\n", "\tif (!out->trial || out->to.port == 67) {\n"),
    ("trial-counts", "provider/state.h", "return req->trial ? &p->host->trial_count : p->count;", "(void)req;\n\treturn p->count;"),
    ("provider-goes-under-its-users", "provider/provider.c",
     "\twhile (guard_view(&slot->guard).pins > 0)\n\t\tnanosleep(&nap, NULL);\n", "\t(void)nap;\n"),
    ("deadline-passed-by", "provider/walk.c", "req->deadline_ms <= now_ms", "req->deadline_ms + 100 <= now_ms"),
    ("only-the-oldest-expires", "provider/walk.c", "\tfor (; req; req = after) {\n\t\tafter = req->after;\n\t\tif (aborted || req->deadline_ms",
     "\tfor (; req; req = after) {\n\t\tafter = aborted ? req->after : NULL;\n\t\tif (aborted || req->deadline_ms"),
    ("end-of-turn-counted-twice", "provider/walk.c",
     "\tcount_up_loop(&visit_count(p, req)->outcome[req->outcome]);\n", "\tcount_up_loop(&visit_count(p, req)->outcome[req->outcome]);\n"
     "\tif (was == HANDLE_LATCHED)\n\t\tcount_up_loop(&visit_count(p, req)->outcome[req->outcome]);\n"),
    ("list-loses-its-end", "provider/share.c", "*(req->after ? &req->after->before : &list->newest) = req->before;",
     "if (req->after)\n\t\treq->after->before = req->before;"),
]


# A header has its fault in one source that includes it.
USER_OF = {"request/limit.h": "request/limit.c", "provider/state.h": "provider/visit.c"}


def planted(fault):
    """The text of the file with its fault."""
    name, file, right, wrong = fault
    text = (TOP / "daemon" / file).read_text(encoding="utf-8")
    if text.count(right) != 1:
        sys.exit(f"planted.py: {name}: {file} has its text {text.count(right)} times")
    return text.replace(right, wrong)


def build(fault, folder):
    """The simulator with that fault."""
    name, file, *_ = fault
    place = folder / name
    source = place / file
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(planted(fault), encoding="utf-8")
    sources = [source] if file.endswith(".c") else [TOP / "daemon" / USER_OF[file]]
    compile_words, link_words = shlex.split(os.environ["SIM_COMPILE"]), shlex.split(os.environ["SIM_LINK"])
    compile_words = [word for word in compile_words if "lto" not in word]     # as it is linked
    subprocess.run([*compile_words[:1], f"-I{place}", *compile_words[1:], "-w", "-c", "-o", place / "fault.o", *sources],
                   cwd=TOP, check=True)
    subprocess.run([place / "fault.o" if word == "FAULT" else place / "sim" if word == "PROGRAM" else word
                    for word in link_words], cwd=TOP, check=True)
    return place / "sim"


def look_for(fault, folder, seeds):
    """(found, what was said, seconds)."""
    program = build(fault, folder)
    began = time.monotonic()
    run = subprocess.run([program, "1", str(seeds)], capture_output=True, text=True, errors="replace", check=False)
    said = (run.stdout.strip() or run.stderr.strip() or f"status {run.returncode}").splitlines()[-1]
    program.unlink()
    return run.returncode == 1, said, time.monotonic() - began


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("-s", "--seeds", type=int, default=100000)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    parser.add_argument("-l", action="store_true", help="list them")
    parser.add_argument("name", nargs="*")
    return parser.parse_args()


def main():
    given = options()
    faults = [fault for fault in FAULTS if not given.name or fault[0] in given.name]
    if given.l:
        print("\n".join(f"{name:36} {file}" for name, file, *_ in faults))
        return 0
    folder = Path(given.build).resolve() / "planted"
    missed = 0
    with ThreadPoolExecutor(given.jobs) as pool:
        for fault, (found, said, took) in zip(faults, pool.map(lambda each: look_for(each, folder, given.seeds), faults)):
            missed += not found
            said = re.sub(r"^sim: seed (\d+), step \d+, after [\d.]+ s", r"seed \1", said)
            print(f"{'found ' if found else 'MISSED'} {fault[0]:36} {took:5.1f} s  {said}", flush=True)
    print(f"{len(faults) - missed} passed, {missed} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
