/* Lists of machines: their forms, what is refused of them, groups, and what a machine's own line
 * says.
 */
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "bench.h"
#include "scratch.h"
#include "without_id.h"

#include "../../providers/bootfile/keys.h"
#include "../../providers/bootfile/machine_file.h"
#include "../../providers/bootfile/machine_line.h"

/* ---- lines ----------------------------------------------------------------------------------- */

static const struct {
	const char *header, *line; /* the header NULL: the line itself is the first */
	enum line_form form;
	const char *mac, *name, *group, *file, *id;
} lines[] = {
	{ "mac,name,group,file", "02:00:00:00:00:01,pc1,lab,a.efi", LINES_CSV, "02:00:00:00:00:01",
	  "pc1", "lab", "a.efi", NULL },
	{ "Name;MAC;Comment", "pc1 ; 02:00:00:00:00:01;\"a; \"\"b\"\"\"", LINES_CSV,
	  "02:00:00:00:00:01", "pc1", NULL, NULL, NULL },
	{ "mac;note;description", "02:00:00:00:00:01;a;b", LINES_CSV, "02:00:00:00:00:01", NULL,
	  NULL, NULL, NULL },
	{ "serial\tmac-address\tlocation", "12\t020000000001\troom 5", LINES_CSV, "020000000001",
	  NULL, NULL, NULL, NULL },
	{ "\"name\",\"mac\"", "\"pc,1\",\"02-00-00-00-00-01\"", LINES_CSV, "02-00-00-00-00-01",
	  "pc,1", NULL, NULL, NULL },
	{ NULL, "02:00:00:00:00:01 pc1 # by the door", LINES_ETHERS, "02:00:00:00:00:01", "pc1",
	  NULL, NULL, NULL },
	{ NULL, "02:00:00:00:00:01\t10.0.0.7", LINES_ETHERS, "02:00:00:00:00:01", NULL, NULL, NULL,
	  NULL },
	{ NULL, "2:0:00:b:0a:1 pc1", LINES_ETHERS, "02:00:00:0b:0a:01", "pc1", NULL, NULL, NULL },
	{ NULL, "02:00:00:00:00:01,set:lab,set:new,10.0.0.7,pc1,12h", LINES_DNSMASQ,
	  "02:00:00:00:00:01", "pc1", "lab new", NULL, NULL },
	{ NULL, "02:00:00:00:00:01,06-02:00:00:00:00:02,[fd00::7],pc1,infinite,ignore",
	  LINES_DNSMASQ, "02:00:00:00:00:01 02:00:00:00:00:02", "pc1", NULL, NULL, NULL },
	{ NULL, "id:00:03:00:01:02:00:00:00:00:01,net:lab,tag:known,pc1", LINES_DNSMASQ, NULL,
	  "pc1", "lab", NULL, "00:03:00:01:02:00:00:00:00:01" },
	{ NULL, "dhcp-host=02:00:00:00:00:01,set:lab", LINES_DNSMASQ, "02:00:00:00:00:01", NULL,
	  "lab", NULL, NULL },
	{ NULL,
	  "02:00:00:00:00:01,id:*,tag:a:b,[fd00::7],[::8],fd00::9,20-80:00:00:48:fe:80:00:01,*,12h",
	  LINES_DNSMASQ, "02:00:00:00:00:01", NULL, NULL, NULL, NULL },
	{ NULL, " \t02:00:00:00:00:01 pc1", LINES_ETHERS, "02:00:00:00:00:01", "pc1", NULL, NULL,
	  NULL },
	{ NULL, " set:lab,02:00:00:00:00:01", LINES_DNSMASQ, "02:00:00:00:00:01", NULL, "lab", NULL,
	  NULL },
	{ "\tmac", "12\t02:00:00:00:00:01", LINES_CSV, "02:00:00:00:00:01", NULL, NULL, NULL,
	  NULL },
	{ NULL, "02:00:00:*:*:*,set:phones", LINES_DNSMASQ, "02:00:00:*:*:*", NULL, "phones", NULL,
	  NULL },
};

static void same(const char *is, const char *should, const char *line)
{
	ck_assert_msg((is == NULL) == (should == NULL) && (!is || strcmp(is, should) == 0),
		      "%s: %s, not %s", line, is ? is : "nothing", should ? should : "nothing");
}

START_TEST(each_form_of_line_is_read)
{
	char header[256], line[256], why[WHY_SIZE] = "";
	struct line_format format;
	struct row row;

	snprintf(header, sizeof header, "%s", lines[_i].header ? lines[_i].header : lines[_i].line);
	snprintf(line, sizeof line, "%s", lines[_i].line);
	ck_assert(line_format_find(header, &format, why) == (lines[_i].header != NULL));
	ck_assert_str_eq(why, "");
	ck_assert_int_eq(format.form, lines[_i].form);
	ck_assert_msg(line_read(&format, line, &row, why), "%s", why);
	same(row.text[COLUMN_MAC], lines[_i].mac, lines[_i].line);
	same(row.text[COLUMN_NAME], lines[_i].name, lines[_i].line);
	same(row.text[COLUMN_GROUP], lines[_i].group, lines[_i].line);
	same(row.text[COLUMN_FILE], lines[_i].file, lines[_i].line);
	same(row.text[COLUMN_ID], lines[_i].id, lines[_i].line);
}
END_TEST

/* ---- what is refused ------------------------------------------------------------------------- */

static const struct {
	const char *list, *error; /* behind the file's name */
} wrong[] = {
	{ "name,group\npc1,lab\n", ":1: is no header with a column mac, uuid or client-id" },
	{ "mac,grup\n", ":1: unknown column \"grup\": did you mean \"group\"?" },
	{ "mac,name,hostname\n", ":1: has two columns for the same: \"hostname\"" },
	{ "hello\n", ":1: is no header" },
	{ "2:0:0:0:1 pc1\n", ":1: \"2:0:0:0:1\" is not a MAC address" },
	{ "2:0:0:0:0:1,pc1\n", ":1: \"2:0:0:0:0:1\" is not a MAC address" },
	{ "02:00:00:00:00,pc1\n", ":1: \"02:00:00:00:00\" is not a MAC address" },
	{ "02:00:00:00:00:01 pc1\n2:0:0:0:0:123 pc2\n", ":2: \"2:0:0:0:0:123\" is not a MAC" },
	{ "mac,name\n2:0:0:0:0:1,pc1\n", ":2: \"2:0:0:0:0:1\" is not a MAC address" },
	{ "mac,name\n\n# x\n02:00:00:00:00,pc1\n", ":4: \"02:00:00:00:00\" is not a MAC address" },
	{ "uuid\n123\n", ":2: \"123\" is not a UUID" },
	{ "client-id\n0x1\n", ":2: \"0x1\" is not a client id or DUID" },
	{ "mac,name\n,pc1\n", ":2: names no machine" },
	{ "mac,name\n02:00:00:00:00:01,\"pc1\n", ":2: a quote does not end its field" },
	{ "mac,name\n02:00:00:00:00:01,pc1,x\n", ":2: has more fields than the header: \"x\"" },
	{ "mac,name\n02:00:00:00:00:01,../pc1\n", ":2: name \"../pc1\" must not contain / " },
	{ "mac,name\n02:00:00:00:00:01,a%2fb\n", ":2: name \"a%2fb\" must not contain / " },
	{ "mac,name\n02:00:00:00:00:01,a\\b\n", ":2: name \"a\\b\" must not contain / " },
	{ "mac,name\n02:00:00:00:00:01,\"a\x01"
	  "b\"\n",
	  ":2: name \"a" },
	{ "mac,name\n02:00:00:00:00:01,a..b\n", ":2: name \"a..b\" must not contain / " },
	{ "mac,group\n02:00:00:00:00:01,lab a/b\n", ":2: group \"a/b\" must not contain / " },
	{ "mac,file\n02:00:00:00:00:01,x/../y\n", ":2: file \"x/../y\" must not contain .." },
	{ "mac,file\n02:00:00:00:00:01,..\\y\n", ":2: file \"..\\y\" must not contain .." },
	{ "mac,file\n02:00:00:00:00:01,${mca}/y\n",
	  ":2: file \"${mca}/y\" has a variable that does not exist" },
	{ "mac,file\n02:00:00:00:00:01,http://x/y\n", ":2: file \"http://x/y\" is a URL" },
	{ "mac,url\n02:00:00:00:00:01,x/y\n", ":2: \"x/y\" is not a URL" },
	{ "mac,file,url\n02:00:00:00:00:01,a,http://x/\n", ":2: has a file and a url" },
	{ "mac,file,server\n02:00:00:00:00:01,a,boot.example\n",
	  ":2: server must be an address, not \"boot.example\"" },
	{ "mac,server\n02:00:00:00:00:01,10.0.0.1\n", ":2: has a server, and no file or url" },
	{ "02:00:00:00:00:01,pc1,lab\n",
	  ":1: has two names, \"pc1\" and \"lab\": columns need a first line" },
	/* A second MAC counted for nothing, and so did a line's only one. */
	{ "52:54:00:77:00:01,52:54:00:77:00:0x,pc1\n",
	  ":1: \"52:54:00:77:00:0x\" is not a MAC address such as" },
	{ "52:54:00:77:00:01,set:lab\n52:54:00:77:00:0x,set:lab,pc1\n",
	  ":2: \"52:54:00:77:00:0x\" is not a MAC address such as" },
	{ "52:54:00:77:00:01,06-52:54:00:77:00:1\n",
	  ":1: \"06-52:54:00:77:00:1\" is not a MAC address such as" },
	{ "52:54:00:77:00:01,sett:lab\n", ":1: \"sett:lab\" is not a MAC address such as" },
	{ "02:00:00:00:00:01 pc1 pc2\n", ":1: has something behind the name" },
	{ "mac,name\n02:00:00:00:00:01,one\n02:00:00:00:00:0x,two\nx,three\n", ":4: \"x\" is not" },
};

/* With that error, of that id. */
static bool refused(const char *path, const char *error, const char *id, char why[1024])
{
	PXE_FAKE *fake = PxeFakeNew();
	char settings[512], text[1024];
	bool told = false;

	snprintf(settings, sizeof settings, "machines = \"%s\";", path);
	snprintf(text, sizeof text, "%s%s", path, error);
	if (PxeFakeLoad(fake, BOOTFILE, settings, why, 1024) == ERROR_SUCCESS)
		ck_abort_msg("taken: %s", path);
	for (ULONG i = 0; PxeFakeTrace(fake, i); i++)
		told |= strstr(PxeFakeTrace(fake, i), text) && strstr(PxeFakeTrace(fake, i), id);
	PxeFakeFree(fake);
	return told;
}

START_TEST(a_bad_line_is_named)
{
	char why[1024] = "";

	scratch_make();
	ck_assert_msg(
		refused(scratch_write("list.csv", wrong[_i].list), wrong[_i].error, "[W0165]", why),
		"%s: %s", wrong[_i].error, why);
	scratch_remove();
}
END_TEST

static const struct {
	mode_t folder, file;
	const char *error;
} modes[] = {
	{ 0755, 0666, "/list.csv can be written by everybody" },
	{ 0777, 0644, " can be written by everybody" },
};

START_TEST(a_list_that_anybody_can_write_is_refused)
{
	char why[1024] = "", error[256];
	const char *path;

	scratch_make();
	path = scratch_write("list.csv", "mac\n02:00:00:00:00:01\n");
	ck_assert_int_eq(chmod(path, modes[_i].file), 0);
	ck_assert_int_eq(chmod(scratch, modes[_i].folder), 0);
	snprintf(error, sizeof error, ": the list is not read: %s%s", scratch, modes[_i].error);
	ck_assert_msg(refused(path, error, "[W0166]", why), "%s", why);
	ck_assert_int_eq(chmod(scratch, 0755), 0);
	scratch_remove();
}
END_TEST

START_TEST(no_link_is_followed)
{
	char why[1024] = "", error[600], path[512];

	scratch_make();
	snprintf(path, sizeof path, "%s/link.csv", scratch);
	ck_assert_int_eq(symlink(scratch_write("list.csv", "mac\n02:00:00:00:00:01\n"), path), 0);
	snprintf(error, sizeof error, ": the list is not read: %s is a link", path);
	ck_assert_msg(refused(path, error, "[W0166]", why), "%s", why);
	ck_assert(refused(scratch, ": the list is not read: ", "[W0166]", why)); /* a folder */
	snprintf(path, sizeof path, "%s/none.csv", scratch);
	snprintf(error, sizeof error, ": the list is not read: %s is not there", path);
	ck_assert_msg(refused(path, error, "[W0166]", why), "%s", why);
	scratch_remove();
}
END_TEST

START_TEST(why_the_root_is_not_opened_is_said)
{
	char why[FILE_WHY_SIZE] = "########";
	struct rlimit before, none;
	struct stamp stamp;
	size_t len;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ 0, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_ptr_null(machine_file_read("/etc/list.csv", &len, &stamp, why));
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	ck_assert_str_eq(why, "/ cannot be opened: Too many open files");
}
END_TEST

START_TEST(no_name_is_so_long_that_the_reason_is_cut_away)
{
	char why[FILE_WHY_SIZE], folder[500], path[800], name[221] = "";
	struct stamp stamp;
	size_t len;

	scratch_make();
	memset(name, 'x', sizeof name - 1);
	snprintf(folder, sizeof folder, "%s/%s", scratch, name);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	ck_assert_ptr_null(machine_file_read(path, &len, &stamp, why));
	ck_assert_int_eq(rmdir(folder), 0);
	ck_assert_msg(strstr(why, "x... is not there"), "%s", why);
	scratch_remove();
}
END_TEST

/* ---- what they are for ----------------------------------------------------------------------- */

#define LIST                                                                                       \
	"\xef\xbb\xbfmac,uuid,name,group,file,url,server,comment,serial\r\n"                       \
	"52:54:00:77:00:01,,pc1,lab,,,,by\001the\001door,12\r\n"                                   \
	"52:54:00:77:00:02 52:54:00:77:00:12,,pc2,\"lab new\",own.0,,10.0.0.9,,13\r\n"             \
	"52:54:00:77:00:03,,pc3,,,http://${server}/x,,,14\r\n"                                     \
	"52:54:00:88:*,,,phones,,,,,\r\n"

#define GROUPS                                                                                     \
	"groups = ( { name = \"old\"; mac = [ \"52:54:00:77:00:01\", \"52:54:00:99:*\" ]; } );\n"

static struct bench listed(const char *settings)
{
	char text[2048];
	struct bench bench;

	scratch_make();
	snprintf(text, sizeof text, "machines = \"%s\";\n%s", scratch_write("list.csv", LIST),
		 settings);
	bench = bench_open(text);
	scratch_remove(); /* it was read */
	return bench;
}

static const struct {
	const char *settings, *mac, *file; /* NULL: no answer */
} rows[] = {
	{ "boot = ( { group = \"lab\"; file = \"lab.0\"; } );", "52:54:00:77:00:01", "lab.0" },
	{ "boot = ( { group = \"lab\"; file = \"lab.0\"; } );", "52:54:00:77:00:09", NULL },
	{ "boot = ( { group = \"new\"; file = \"new.0\"; }, { file = \"x\"; } );",
	  "52:54:00:77:00:01", "x" },
	{ "boot = ( { group = [ \"none\", \"phones\" ]; action = \"ignore\"; }, { file = \"x\"; } "
	  ");",
	  "52:54:00:88:12:34", NULL },
	{ "boot = ( { group = \"*\"; file = \"known\"; }, { file = \"x\"; } );",
	  "52:54:00:77:00:03", "http://192.0.2.1/x" },
	{ "boot = ( { group = \"*\"; file = \"known\"; }, { file = \"x\"; } );",
	  "52:54:00:77:00:01", "known" },
	{ "boot = ( { group = \"*\"; file = \"known\"; }, { file = \"x\"; } );",
	  "52:54:00:66:00:01", "x" },
	{ GROUPS "boot = ( { group = \"old\"; file = \"old\"; } );", "52:54:00:77:00:01", "old" },
	{ GROUPS "boot = ( { group = \"old\"; file = \"old\"; } );", "52:54:00:99:00:01", "old" },
	{ GROUPS "boot = ( { group = \"lab\"; file = \"lab\"; } );", "52:54:00:77:00:01", "lab" },
	{ "boot = ( { group = \"lab\"; file = \"${group}/${name}\"; } );", "52:54:00:77:00:01",
	  "lab/pc1" },
	/* What its line says comes before all entries; or where an entry says. */
	{ "boot = ( { file = \"x\"; } );", "52:54:00:77:00:02", "own.0" },
	{ "boot = ( { file = \"x\"; } );", "52:54:00:77:00:12", "own.0" },
	{ "boot = ( { file = \"x\"; } );", "52:54:00:77:00:01", "x" },
	{ "", "52:54:00:77:00:02", "own.0" },
	{ "boot = ( { arch = 7; machine = true; }, { file = \"x\"; } );", "52:54:00:77:00:02",
	  "x" },
	{ "boot = ( { group = \"new\"; file = \"x\"; }, { machine = true; } );",
	  "52:54:00:77:00:02", "x" },
};

START_TEST(lists_decide)
{
	struct bench bench = listed(rows[_i].settings);
	const PXE_FAKE_REPLY *reply = bench_ask(&bench, &(struct ask){ .mac = rows[_i].mac });

	ck_assert_msg((reply != NULL) == (rows[_i].file != NULL), "%s: %s", rows[_i].settings,
		      bench.verdict.pszReason);
	if (reply)
		ck_assert_str_eq(reply_file(reply), rows[_i].file);
	if (reply && strcmp(rows[_i].file, "own.0") == 0) {
		ck_assert_uint_eq(reply_siaddr(reply), 0x0a000009);
		ck_assert_uint_eq(bench.verdict.uLine, 3);
		ck_assert_ptr_nonnull(strstr(bench.verdict.pszFile, "list.csv"));
	}
	bench_close(&bench);
}
END_TEST

#define SOME_UUID 97, 17, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16

/* Choosing one without a value would boot nothing: it is left out as by a condition. */
static const struct {
	const char *mac;
	const uint8_t *more;
	size_t more_len;
	const char *items, *file;
} valued[] = {
	{ "52:54:00:77:00:01", RAW(SOME_UUID), "NameGroupUuidAll", "" },
	{ "52:54:00:77:00:01", NULL, 0, "NameGroupAll", "" },
	{ "52:54:00:99:00:01", NULL, 0, "GroupAll", "" },
	{ "02:00:00:00:00:99", RAW(SOME_UUID), "UuidAll", "" },
	{ "02:00:00:00:00:99", NULL, 0, "", "all" }, /* the one that is left */
};

/* Adds the texts of a menu in option 43. */
static void items_text(struct span value, char *out, size_t size)
{
	for (; value.len > 2 && value.at[0] != 255; value = span_drop(value, 2u + value.at[1])) {
		struct span items = span_of(value.at + 2, value.at[1]);

		for (; value.at[0] == 9 && items.len >= 3;
		     items = span_drop(items, 3u + items.at[2]))
			snprintf(out + strlen(out), size - strlen(out), "%.*s", items.at[2],
				 (const char *)items.at + 3);
	}
}

START_TEST(an_item_without_its_value_is_left_out)
{
	struct bench bench = listed(
		GROUPS "boot = ( { menu = { items = ( { text = \"Name\"; file = \"${name}\"; }, { "
		       "text = \"Group\"; file = \"g/${group}\"; }, { text = \"Uuid\"; file = "
		       "\"${UUID}$${name}\"; }, { text = \"All\"; file = \"all\"; } ); }; } );");
	const PXE_FAKE_REPLY *reply =
		bench_ask(&bench, &(struct ask){ .mac = valued[_i].mac,
						 .more = valued[_i].more,
						 .more_len = valued[_i].more_len });
	char items[64] = "";

	ck_assert_msg(reply != NULL, "%s", bench.verdict.pszReason);
	items_text(reply_option(reply, 43), items, sizeof items);
	ck_assert_str_eq(items, valued[_i].items);
	ck_assert_str_eq(reply_file(reply), valued[_i].file);
	bench_close(&bench);
}
END_TEST

static const uint8_t by_text[] = { 61, 4, 0, 'p', 'c', '9' };
static const uint8_t by_octets[] = { 61, 3, 0xff, 1, 2 };

/* Option 61, as InfiniBand hosts have it instead of a MAC. */
START_TEST(a_machine_is_known_by_its_client_id)
{
	char text[1024];
	struct bench bench;

	scratch_make();
	snprintf(text, sizeof text,
		 "machines = \"%s\"; boot = ( { group = \"b\"; file = \"b.0\"; },"
		 " { file = \"x\"; } );",
		 scratch_write("list.csv", "client-id,group\npc9,b\nff:01:02,b\n"));
	bench = bench_open(text);
	ck_assert_str_eq(
		reply_file(bench_ask(&bench, &(struct ask){ .more = by_text, .more_len = 6 })),
		"b.0");
	ck_assert_str_eq(
		reply_file(bench_ask(&bench, &(struct ask){ .more = by_octets, .more_len = 5 })),
		"b.0");
	ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .arch = 0 })), "x");
	bench_close(&bench);
	scratch_remove();
}
END_TEST

/* A machine that is listed twice is told, and both lines count. */
START_TEST(a_machine_that_is_listed_twice_is_told)
{
	char text[1024];
	struct bench bench;

	scratch_make();
	snprintf(text, sizeof text,
		 "machines = \"%s\"; boot = ( { group = \"b\"; file = \"b.0\"; } );",
		 scratch_write("list.csv", "mac,group\n52:54:00:77:00:01,a\n525400770001,b\n"));
	bench = bench_open(text);
	ck_assert(bench_traced(&bench, "list.csv:3: 525400770001 is listed already ("));
	ck_assert(bench_traced(&bench, "list.csv:2): what that line says counts first [W0167]"));
	ck_assert_str_eq(reply_file(bench_ask(&bench, &(struct ask){ .arch = 0 })), "b.0");
	bench_close(&bench);
	scratch_remove();
}
END_TEST

START_TEST(a_group_that_nobody_is_in_is_told)
{
	struct bench bench = listed("boot = ( { group = [ \"lab\", \"labb\" ]; file = \"x\"; } );");

	ck_assert(bench_traced(&bench, "boot[0].group: no list has a machine in \"labb\" [W0168]"));
	ck_assert(!bench_traced(&bench, "in \"lab\""));
	bench_close(&bench);
	bench = listed("boot = ( { not = { group = [ \"lab\", \"lob\" ]; }; file = \"x\"; } );");
	ck_assert(bench_traced(&bench, "boot[0].not: no list has a machine in \"lob\" [W0168]"));
	ck_assert(!bench_traced(&bench, "in \"lab\""));
	bench_close(&bench);
}
END_TEST

static const struct {
	const char *list, *doubt; /* behind the file's name */
} doubtful[] = {
	{ "", ": the list has no machine in it [W0169]" },
	{ "\xef\xbb\xbfmac,name\r\n\r\n", ": the list has no machine in it [W0169]" },
	{ "mac,name\r02:00:00:00:00:01,pc1\r", ": the list has no machine in it [W0169]" },
	{ "02:00:00:00:00:01,set:a\npc7,10.0.0.9\n", ":2: names its machine by \"pc7\" alone" },
	{ "02:00:00:00:00:01,pc1,ignore\n", ":1: \"ignore\" is the lease server's" },
};

START_TEST(what_of_a_list_counts_for_nothing_is_told)
{
	char path[PATH_MAX], settings[PATH_MAX + 100], told[PATH_MAX + 100];
	struct bench bench;

	scratch_make();
	snprintf(path, sizeof path, "%s", scratch_write("list.csv", doubtful[_i].list));
	snprintf(settings, sizeof settings, "machines = \"%s\"; boot = ( { file = \"x\"; } );",
		 path);
	snprintf(told, sizeof told, "%s%s", path, doubtful[_i].doubt);
	bench = bench_open(settings);
	ck_assert_msg(bench_traced(&bench, told), "%s: %s", told, PxeFakeTrace(bench.fake, 0));
	bench_close(&bench);
	scratch_remove();
}
END_TEST

static const struct {
	const char *entry, *doubt; /* NULL: none */
} unsaid[] = {
	{ "{ machine = true; }",
	  "boot[0].machine: no list has a file or a url for a machine [W0168]" },
	{ "{ file = \"${name}.0\"; }",
	  "boot[0]: ${name} has no value, for no list has a name: nothing is sent [W0168]" },
	{ "{ url = \"http://h/${group}\"; }",
	  "boot[0]: ${group} has no value, for no list has a group" },
	{ "{ menu = { items = ( { text = \"a\"; file = \"a\"; }, { text = \"b\"; file = "
	  "\"${name}.0\"; } ); }; }",
	  "boot[0].menu: ${name} has no value, for no list has a name: nobody is shown the item" },
	{ "{ file = \"a\"; bcd = \"${group}.bcd\"; }", "boot[0].bcd: ${group} has no value" },
	{ "{ file = \"a\"; options = ( { code = 12; text = \"$${name}\"; }, { code = 209; text = "
	  "\"x$${name}/${name}\"; } ); }",
	  "boot[0].options: ${name} has no value" },
	{ "{ file = \"a\"; options = ( { code = 209; text = \"$${name}\"; } ); }", NULL },
	{ "{ url = \"http://h/$${group}\"; }", NULL },
	{ "{ file = \"${mac}\"; }", NULL },
};

START_TEST(what_no_list_can_say_is_told)
{
	char settings[PATH_MAX + 200];
	struct bench bench;

	scratch_make();
	snprintf(settings, sizeof settings, "machines = \"%s\"; boot = ( %s );",
		 scratch_write("list.csv", "mac\n02:00:00:00:00:01\n"), unsaid[_i].entry);
	bench = bench_open(settings);
	if (unsaid[_i].doubt)
		ck_assert_msg(bench_traced(&bench, unsaid[_i].doubt), "%s", unsaid[_i].entry);
	else
		ck_assert_msg(!bench_traced(&bench, "no value"), "%s", unsaid[_i].entry);
	bench_close(&bench);
	scratch_remove();
}
END_TEST

START_TEST(how_many_more_are_not_told_is_said)
{
	char settings[8192], *at = settings + sprintf(settings, "boot = ( ");
	struct bench bench;

	for (unsigned i = 0; i < KEYS_TOLD_MAX + 3; i++)
		at += sprintf(at, "%s{ group = \"g%u\"; file = \"a\"; }", i ? ", " : "", i);
	sprintf(at, " );");
	bench = bench_open(settings);
	ck_assert(bench_traced(&bench, "settings: 3 more warnings"));
	bench_close(&bench);
}
END_TEST

/* A path in a list gets what one in an entry gets. */
static const struct {
	const char *file, *doubt; /* NULL: none */
} odd_paths[] = {
	{ "/srv/tftp/a.efi", ":2: file: a TFTP server seeks \"/srv/tftp/a.efi\" below the folder "
			     "that it serves: write "
			     "\"a.efi\" [W0152]" },
	{ "C:\\a.efi", ":2: file: a TFTP path has no drive letter: remove \"C:\" [W0155]" },
	{ "\" a.efi\"", ":2: file: \" a.efi\" begins or ends with a blank" },
	{ "efi\\ipxe.efi", ":2: file: iPXE looks for its next file in its own folder" },
	{ "/pxe/a.efi", NULL },
	{ ",http://$(server)/a",
	  ":2: url: \"$(server)\" is sent unchanged: write ${server} [W0154]" },
	{ ",http://${server}/a", NULL },
};

START_TEST(a_doubtful_path_in_a_list_is_told)
{
	char settings[PATH_MAX + 200], list[200];
	struct bench bench;

	scratch_make();
	snprintf(list, sizeof list, "mac,file,url\n02:00:00:00:00:01,%s\n", odd_paths[_i].file);
	snprintf(settings, sizeof settings, "machines = \"%s\"; boot = ( { file = \"x\"; } );",
		 scratch_write("list.csv", list));
	bench = bench_open(settings);
	if (odd_paths[_i].doubt)
		ck_assert_msg(bench_traced(&bench, odd_paths[_i].doubt), "%s", odd_paths[_i].file);
	else
		ck_assert_msg(!bench_traced(&bench, ":2: "), "%s", odd_paths[_i].file);
	bench_close(&bench);
	scratch_remove();
}
END_TEST

/* Who is in no list is not told of lists, where an entry is nearer. */
START_TEST(a_list_hides_no_reason)
{
	struct bench bench = listed("boot = ( { arch = \"x64-uefi\"; file = \"x\"; } );");

	bench_ask(&bench, &(struct ask){ .arch = 0, .mac = "52:54:00:77:00:98" });
	ck_assert_str_eq(bench.verdict.pszReason, "no entry for x86-bios");
	bench_close(&bench);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("bootfile's lists of machines");

	tcase_set_timeout(tcase, 60);
	TEST_ROWS(tcase, each_form_of_line_is_read, lines);
	TEST_ROWS(tcase, a_bad_line_is_named, wrong);
	TEST_ROWS(tcase, a_list_that_anybody_can_write_is_refused, modes);
	tcase_add_test(tcase, no_link_is_followed);
	tcase_add_test(tcase, why_the_root_is_not_opened_is_said);
	tcase_add_test(tcase, no_name_is_so_long_that_the_reason_is_cut_away);
	TEST_ROWS(tcase, lists_decide, rows);
	TEST_ROWS(tcase, an_item_without_its_value_is_left_out, valued);
	tcase_add_test(tcase, a_machine_is_known_by_its_client_id);
	tcase_add_test(tcase, a_machine_that_is_listed_twice_is_told);
	tcase_add_test(tcase, a_group_that_nobody_is_in_is_told);
	TEST_ROWS(tcase, what_no_list_can_say_is_told, unsaid);
	TEST_ROWS(tcase, a_doubtful_path_in_a_list_is_told, odd_paths);
	tcase_add_test(tcase, how_many_more_are_not_told_is_said);
	tcase_add_test(tcase, a_list_hides_no_reason);
	TEST_ROWS(tcase, what_of_a_list_counts_for_nothing_is_told, doubtful);
	return suite_run("bootfile/machines", tcase);
}
