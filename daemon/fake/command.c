/* PxeFakeCommand: a provider's command is called as the daemon does it, on a thread of its own. */
#include "fake/instance.h"
#include "fake/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/thread.h"
#include "base/json_line.h"
#include "provider/order.h"
#include "provider/provider.h"

static void *run(void *order)
{
	order_run(order);
	return NULL;
}

static struct provider *first_that_takes_orders(const PXE_FAKE *fake)
{
	for (uint32_t i = 0; i < fake->n_places; i++)
		if (provider_takes_orders(fake->place[i].now->provider))
			return fake->place[i].now->provider;
	return NULL;
}

static const char *fault_of(const struct order *order, char *text)
{
	const char *wrong;
	size_t at;

	if (order->end == ORDER_TOO_LONG)
		return "the answer is longer than PXE_COMMAND_ANSWER_MAX";
	if (order->end != ORDER_DONE)
		return "the answer was not taken";
	if (clock_ms() > order->until_ms)
		return "the command took longer than PXE_COMMAND_SECONDS";
	wrong = order->len > 0 ? json_line(text, order->len, &at) : NULL;
	return wrong ? wrong : "";
}

/* Looked at in a copy: the test reads what the provider wrote. */
static DWORD look(PXE_FAKE *fake, const struct order *order, PXE_FAKE_ANSWER *out)
{
	_cleanup_(freep) char *copy = malloc(order->len + 1);

	free(fake->answer);
	fake->answer = calloc(1, order->len + 1);
	if (!copy || !fake->answer)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (order->len > 0) {
		memcpy(copy, order->text, order->len);
		memcpy(fake->answer, order->text, order->len);
	}
	*out = (PXE_FAKE_ANSWER){ .dwStatus = order->status,
				  .pszAnswer = fake->answer,
				  .uAnswer = (ULONG)order->len,
				  .pszFault = fault_of(order, copy) };
	return ERROR_SUCCESS;
}

DWORD PxeFakeCommand(PXE_FAKE *fake, const PXE_COMMAND *command, PXE_FAKE_ANSWER *answer)
{
	struct order order = { .until_ms = clock_ms() + ORDER_MS };
	struct provider *p;
	pthread_t thread;
	DWORD code;

	if (!fake || !command || !answer)
		return ERROR_INVALID_PARAMETER;
	order.command = *command;
	order.command.cbSize = sizeof(order.command);
	p = first_that_takes_orders(fake);
	if (!p)
		return ERROR_CALL_NOT_IMPLEMENTED;
	if (order_take(&order, p) < 0)
		return ERROR_NOT_ENOUGH_MEMORY;
	if (thread_start(&thread, run, &order, "fake/cmd") < 0) {
		order_cancel(&order);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	pthread_join(thread, NULL);
	order_done(&order);
	code = look(fake, &order, answer);
	free(order.text);
	return code;
}
