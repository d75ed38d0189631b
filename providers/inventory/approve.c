/* Pending machines become devices. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "instance.h"

/* A UUID that another machine says as well names neither. */
static int merge(struct pending *pending, const struct pending_view *view,
		 const struct draft *draft, struct draft *out, char why[WHY_SIZE])
{
	bool shared = view->n_ids > 1 && pending_shares_uuid(pending, view);

	*out = *draft;
	for (unsigned i = 0; i < view->n_ids; i++)
		if ((!shared || view->ids[i].kind != ID_UUID) &&
		    !draft_add_id(out, &view->ids[i], why))
			return -EINVAL;
	return 0;
}

static int settle(struct inventory *inventory, uint32_t number, const struct draft *draft,
		  enum counter counter, char why[WHY_SIZE])
{
	struct draft *device = malloc(sizeof *device);
	struct pending_view view;
	int r = -ENOMEM;

	if (!device) {
		snprintf(why, WHY_SIZE, "out of memory");
	} else if (!pending_get(inventory->pending, number, &view)) {
		snprintf(why, WHY_SIZE, "no machine waits under the number %u", (unsigned)number);
		r = -ENOENT;
	} else {
		r = merge(inventory->pending, &view, draft, device, why);
		if (r == 0)
			r = store_add(inventory->store, device, why);
		if (r == 0) {
			(void)pending_forget(inventory->pending, number);
			counter_add(inventory, counter, 1);
		}
	}
	free(device);
	return r;
}

int inventory_approve(struct inventory *inventory, uint32_t number, const struct draft *draft,
		      char why[WHY_SIZE])
{
	return settle(inventory, number, draft, COUNTER_APPROVED, why);
}

int inventory_reject(struct inventory *inventory, uint32_t number, char why[WHY_SIZE])
{
	static const struct word state = { FIELD_STATE, ARCH_ANY };
	struct draft *draft = malloc(sizeof *draft);
	int r;

	if (!draft) {
		snprintf(why, WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	draft_begin(draft);
	r = draft_put(draft, state, "rejected", why)
		    ? settle(inventory, number, draft, COUNTER_TURNED_DOWN, why)
		    : -EINVAL;
	free(draft);
	return r;
}
