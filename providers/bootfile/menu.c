#include "menu.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "doubts.h"
#include "variables.h"
#include "words.h"

#define TOO_LONG "is longer than %d octets, and firmware shows no more [W0183]"
#define NO_ASCII "has a character that is not ASCII, which firmware does not show [W0183]"

enum { TYPE_FIRST = 0x8000, TYPE_LAST = 0xFFFE, TIMEOUT = 10 };

/* ---- reading -----------------------------------------------------------------------------------
 */

/* Firmware writes behind its buffer at 70 octets, and shows others than these as `?`. */
static int shown_text(const struct keys *keys, const char *name, const struct scalars *scalars,
		      char **out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			return keys_error(keys, name, NO_ASCII);
	if (strlen(text) > PXE_DHCP_MENU_TEXT_MAX)
		return keys_error(keys, name, TOO_LONG, PXE_DHCP_MENU_TEXT_MAX);
	free(*out);
	*out = strdup(text);
	return *out ? 0 : -ENOMEM;
}

static int item_text_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct menu_item *out)
{
	return shown_text(keys, name, scalars, &out->text);
}

static int item_file_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct menu_item *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (strlen(text) > TEXT_MAX)
		return keys_error(keys, name, "is longer than %d bytes [W0125]", TEXT_MAX);
	if (strstr(text, "://"))
		return keys_error(keys, name,
				  "\"%s\" is a URL: firmware loads what is chosen from a menu by "
				  "TFTP, so write the path alone [W0148]",
				  text);
	r = variables_check(keys, name, text, VARIABLES_FOR_FILES, &out->varies);
	if (r < 0)
		return r;
	out->need = variables_need(text);
	out->when.outcome = OUTCOME_FILE;
	out->when.text = strdup(text);
	return out->when.text ? 0 : -ENOMEM;
}

/* Firmware is told one address of each family, as it is when the settings are read. */
static bool is_one_host(const struct servers *several)
{
	unsigned n4 = 0, n6 = 0;

	for (unsigned i = 0; several && i < several->n; i++) {
		n4 += several->each[i].V4.uAddrLen > 0;
		n6 += several->each[i].V6.uAddrLen > 0;
	}
	return n4 <= 1 && n6 <= 1;
}

static int item_server_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			   struct menu_item *out)
{
	struct servers *several = NULL;
	int r = server_compile(keys, name, scalars, &out->server, &several);

	out->has_server = true;
	if (r == 0 && !is_one_host(several))
		r = keys_error(keys, name,
			       "an item names one host: write one address of each family, or one "
			       "name [W0139]");
	servers_done(several);
	return r;
}

static int item_type_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct menu_item *out)
{
	uint32_t type = 0;
	int r = keys_want_number(keys, name, scalars, TYPE_LAST, &type);

	if (r == 0 && type == 0)
		return keys_error(keys, name, "must be from 1 to %d [W0115]", TYPE_LAST);
	out->type = type;
	out->has_type = true;
	return r;
}

static int item_local_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			  struct menu_item *out)
{
	return keys_want_bool(keys, name, scalars, &out->is_local);
}

static const struct {
	const char *name;
	int (*compile)(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct menu_item *out);
} item_keys[] = {
	{ "text", item_text_key }, { "file", item_file_key },   { "server", item_server_key },
	{ "type", item_type_key }, { "local", item_local_key },
};

enum { N_ITEM_KEYS = sizeof item_keys / sizeof *item_keys };

struct item_work {
	const struct keys *keys;
	struct menu_item item;
};

static int item_no_such_key(const struct keys *keys, const char *name)
{
	const char *known[64] = { NULL };
	size_t n = 0;

	if (strcasecmp(name, "url") == 0)
		return keys_error(keys, name,
				  "a menu has no URLs, for firmware loads what is chosen by TFTP: "
				  "write file = \"...\" [W0148]");
	for (size_t i = 0; i < N_ITEM_KEYS; i++)
		known[n++] = item_keys[i].name;
	for (size_t i = 0; i < n_conditions; i++)
		known[n++] = conditions[i].name;
	return words_refuse(keys, name, WORDS_MENU, "in an item of a menu", known);
}

static int item_name(void *context, const char *name)
{
	struct item_work *work = context;
	struct scalars scalars = { .n = 0 };
	size_t key = 0;
	int r = entry_condition(work->keys, name, &work->item.when);

	if (r <= 0)
		return r;
	while (key < N_ITEM_KEYS && strcasecmp(item_keys[key].name, name) != 0)
		key++;
	if (key == N_ITEM_KEYS)
		return item_no_such_key(work->keys, name);
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = item_keys[key].compile(work->keys, name, &scalars, &work->item);
	scalars_done(&scalars);
	return r;
}

static int item_check(const struct keys *keys, const struct menu_item *item)
{
	bool has_place = item->when.text || item->has_server;

	if (!item->text)
		return keys_error(keys, NULL, "has no text [W0184]");
	if (item->is_local && (has_place || item->has_type))
		return keys_error(keys, "local",
				  "the machine boots from its disk: remove file, server and type "
				  "[W0184]");
	if (!item->is_local && !has_place)
		return keys_error(keys, NULL,
				  "\"%s\" boots nothing: it needs file, server or local [W0184]",
				  item->text);
	return 0;
}

static void item_done(struct menu_item *item)
{
	entry_done(&item->when);
	free(item->text);
	*item = (struct menu_item){ .text = NULL };
}

/* Room for one item more. */
static int items_grow(struct menu *menu)
{
	struct menu_item *at;

	if ((menu->n & (menu->n - 1)) != 0)
		return 0; /* grows at 0 and at powers of two */
	at = realloc(menu->at, (2 * (size_t)menu->n + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	menu->at = at;
	return 0;
}

static int item_compile(void *context, const struct keys *keys, unsigned index)
{
	struct menu *menu = context;
	struct item_work work = { keys, { .when.line = keys_line(keys, NULL, 0) } };
	int r = items_grow(menu);

	if (r == 0)
		r = keys_each(keys, item_name, &work);
	if (r == 0)
		r = item_check(keys, &work.item);
	if (r < 0) {
		item_done(&work.item);
		return r;
	}
	doubts_entry(keys, &work.item.when);
	/* By its place in the list, so that it is one for all clients. */
	if (!work.item.has_type && !work.item.is_local)
		work.item.type = TYPE_FIRST + index;
	menu->at[menu->n++] = work.item;
	return 0;
}

static int timeout_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct menu *out)
{
	int r = keys_want_number(keys, name, scalars, PXE_DHCP_MENU_WAIT, &out->timeout);

	if (r == 0 && out->timeout == 0)
		return keys_error(keys, name,
				  "with 0 nobody sees the menu: write 1 to 254 seconds, or 255 to "
				  "wait; or file = \"...\" in place of the menu [W0115]");
	return r;
}

static int prompt_key(const struct keys *keys, const char *name, const struct scalars *scalars,
		      struct menu *out)
{
	return shown_text(keys, name, scalars, &out->prompt);
}

static int broadcast_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct menu *out)
{
	return keys_want_bool(keys, name, scalars, &out->broadcast);
}

static int multicast_key(const struct keys *keys, const char *name, const struct scalars *scalars,
			 struct menu *out)
{
	const char *text;
	int r = keys_want_text(keys, name, scalars, &text);

	if (r < 0)
		return r;
	if (!address_parse(text, &out->group) || out->group.uAddrLen != 4 ||
	    out->group.bAddress[0] >> 4 != 0xe)
		return keys_error(
			keys, name,
			"\"%s\" is not a multicast group such as \"239.255.43.71\", which "
			"listen.multicast in wdspxed.conf names too [W0126]",
			text);
	return 0;
}

static const struct {
	const char *name;
	int (*compile)(const struct keys *keys, const char *name, const struct scalars *scalars,
		       struct menu *out);
} menu_keys[] = {
	{ "prompt", prompt_key },
	{ "timeout", timeout_key },
	{ "broadcast", broadcast_key },
	{ "multicast", multicast_key },
};

enum { N_MENU_KEYS = sizeof menu_keys / sizeof *menu_keys };

struct menu_work {
	const struct keys *keys;
	struct menu *menu;
};

static int menu_no_such_key(const struct keys *keys, const char *name)
{
	const char *known[N_MENU_KEYS + 2] = { "items" };

	for (size_t i = 0; i < N_MENU_KEYS; i++)
		known[1 + i] = menu_keys[i].name;
	return words_refuse(keys, name, WORDS_MENU, "in a menu", known);
}

static int menu_name(void *context, const char *name)
{
	struct menu_work *work = context;
	struct scalars scalars = { .n = 0 };
	size_t key = 0;
	int r;

	if (strcasecmp(name, "items") == 0)
		return keys_each_group(work->keys, name, "items", item_compile, work->menu);
	while (key < N_MENU_KEYS && strcasecmp(menu_keys[key].name, name) != 0)
		key++;
	if (key == N_MENU_KEYS)
		return menu_no_such_key(work->keys, name);
	r = keys_read(work->keys, name, &scalars);
	if (r < 0)
		return r;
	r = menu_keys[key].compile(work->keys, name, &scalars, work->menu);
	scalars_done(&scalars);
	return r;
}

/* Without conditions only the first of a type could ever be chosen. */
static int types_check(const struct keys *keys, const struct menu *menu)
{
	int r = 0;

	for (unsigned i = 0; i < menu->n; i++)
		for (unsigned j = 0; j < i; j++)
			if (menu->at[i].type == menu->at[j].type && menu->at[i].type != 0 &&
			    menu_item_is_for_all(&menu->at[i], 0) &&
			    menu_item_is_for_all(&menu->at[j], 0)) {
				r = keys_error(keys, "items",
					       "\"%s\" and \"%s\" have the same type, %u, so that "
					       "the second one could never be chosen [W0186]",
					       menu->at[j].text, menu->at[i].text,
					       menu->at[i].type);
				break;
			}
	return r;
}

static int menu_group(void *context, const struct keys *keys)
{
	struct menu_work work = { keys, context };
	int r = keys_each(keys, menu_name, &work);

	if (r == 0 && work.menu->n == 0)
		return keys_error(keys, NULL,
				  "has no items: write items = ( { text = \"...\"; file = "
				  "\"...\"; }, ... ) [W0184]");
	return r == 0 ? types_check(keys, work.menu) : r;
}

int menu_compile(const struct keys *keys, const char *name, struct menu **out)
{
	struct menu *menu = calloc(1, sizeof *menu);
	int r;

	if (!menu)
		return -ENOMEM;
	menu->timeout = TIMEOUT;
	r = keys_one_group(keys, name, menu_group, menu);
	if (r < 0) {
		menu_free(menu);
		return r;
	}
	*out = menu;
	return 0;
}

void menu_free(struct menu *menu)
{
	if (!menu)
		return;
	for (unsigned i = 0; i < menu->n; i++)
		item_done(&menu->at[i]);
	free(menu->at);
	free(menu->prompt);
	free(menu);
}

bool menu_has_for_all(const struct menu *menu)
{
	for (unsigned i = 0; i < menu->n; i++)
		if (menu_item_is_for_all(&menu->at[i], 0) && menu->at[i].when.text &&
		    !menu->at[i].has_server)
			return true;
	return false;
}
