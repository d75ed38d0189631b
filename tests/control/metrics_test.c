/* control/metrics: OpenMetrics text, line by line. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/metrics.h"
#include "suite.h"

static char *text;

static void make_text(void)
{
	static const struct counter_view own[] = {
		{ "hits", "Hits \\ \"all\".", false, 7 },
		{ "hits_now", "Now.", true, -3 },
		{ "asks", "Asks.", false, 1 },
	};
	static const struct counter_view others[] = {
		{ "hits_now", "Not this one.", false, 5 },
		{ "hits", "Nor this one.", false, 9 },
	};
	static const struct metrics_provider providers[] = {
		{ "bootfile",
		  true,
		  { .asked = 10,
		    .outcome = { [OUTCOME_NBP] = 9, [OUTCOME_REJECTED] = 1 },
		    .latency = { [1] = 7, [2] = 2, [15] = 1 },
		    .latency_us_sum = 2500000,
		    .pending = 2 },
		  own,
		  3 },
		{ "a \"b\\c\"\n", false, { .asked = 0 }, others, 2 },
	};
	static const struct metrics_port ports[] = { { 67, 4, 9, 1, 3 }, { 547, 6, 0, 0, 0 } };
	struct metrics m = { .version = "1.2.3",
			     .uptime = 12.5,
			     .reloads = 3,
			     .reloads_failed = 1,
			     .log_lost = 7,
			     .ear_up = true,
			     .overheard = 5,
			     .overheard_lost = 4,
			     .provider = providers,
			     .n_providers = 2,
			     .port = ports,
			     .n_ports = 2 };

	m.host.outcomes[OUTCOME_NBP] = 9;
	m.host.outcomes[OUTCOME_REJECTED] = 1;
	m.host.received = 12;
	m.host.pending = 2;
	m.host.quarantined = 3;
	m.host.latency[0] = 4;
	m.host.latency[1] = 3;
	m.host.latency[15] = 2;
	m.host.latency_us_sum = 1500000;
	text = metrics_text(&m);
	ck_assert_ptr_nonnull(text);
}

static void free_text(void)
{
	free(text);
}

static const char *const lines[] = {
	"wdspxed_build_info{version=\"1.2.3\"} 1",
	"wdspxed_uptime_seconds 12.500",
	"wdspxed_requests_total{outcome=\"answered\"} 9",
	"wdspxed_requests_total{outcome=\"timeout\"} 0",
	"wdspxed_received_datagrams_total 12",
	"wdspxed_pending_requests 2",
	"wdspxed_ear_up 1",
	"wdspxed_overheard_answers_total 5",
	"wdspxed_overheard_answers_lost_total 4",
	"wdspxed_quarantined_requests 3",
	"wdspxed_decision_seconds_bucket{le=\"0.000016\"} 4",
	"wdspxed_decision_seconds_bucket{le=\"0.000032\"} 7",
	"wdspxed_decision_seconds_bucket{le=\"0.262144\"} 7",
	"wdspxed_decision_seconds_bucket{le=\"+Inf\"} 9",
	"wdspxed_decision_seconds_count 9",
	"wdspxed_decision_seconds_sum 1.500000",
	"wdspxed_provider_decision_seconds_bucket{provider=\"bootfile\",le=\"0.000016\"} 0",
	"wdspxed_provider_decision_seconds_bucket{provider=\"bootfile\",le=\"0.000032\"} 7",
	"wdspxed_provider_decision_seconds_bucket{provider=\"bootfile\",le=\"0.000064\"} 9",
	"wdspxed_provider_decision_seconds_bucket{provider=\"bootfile\",le=\"+Inf\"} 10",
	"wdspxed_provider_decision_seconds_count{provider=\"bootfile\"} 10",
	"wdspxed_provider_decision_seconds_sum{provider=\"bootfile\"} 2.500000",
	"wdspxed_provider_decision_seconds_count{provider=\"a \\\"b\\\\c\\\"\\n\"} 0",
	"wdspxed_sent_datagrams_total{port=\"67\",family=\"4\"} 9",
	"wdspxed_unsent_datagrams_total{port=\"67\",family=\"4\"} 1",
	"wdspxed_kernel_drops_total{port=\"67\",family=\"4\"} 3",
	"wdspxed_sent_datagrams_total{port=\"547\",family=\"6\"} 0",
	"wdspxed_provider_requests_total{provider=\"bootfile\",outcome=\"answered\"} 9",
	"wdspxed_provider_asked_total{provider=\"a \\\"b\\\\c\\\"\\n\"} 0",
	"wdspxed_provider_pending_requests{provider=\"bootfile\"} 2",
	"wdspxed_provider_up{provider=\"bootfile\"} 1",
	"wdspxed_provider_up{provider=\"a \\\"b\\\\c\\\"\\n\"} 0",
	"# HELP wdspxed_provider_counter_hits Hits \\\\ \\\"all\\\".",
	"# TYPE wdspxed_provider_counter_hits counter",
	("wdspxed_provider_counter_hits_total{provider=\"bootfile\"} 7\n"
	 "wdspxed_provider_counter_hits_total{provider=\"a \\\"b\\\\c\\\"\\n\"} 9"),
	"# TYPE wdspxed_provider_level_hits_now gauge",
	"wdspxed_provider_level_hits_now{provider=\"bootfile\"} -3",
	"wdspxed_provider_counter_hits_now_total{provider=\"a \\\"b\\\\c\\\"\\n\"} 5",
	"wdspxed_provider_counter_asks_total{provider=\"bootfile\"} 1",
	"wdspxed_reloads_total 3",
	"wdspxed_reloads_failed_total 1",
	"wdspxed_log_lines_lost_total 7",
};

START_TEST(line_is_there)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", lines[_i]);
	ck_assert_msg(strstr(text, whole) != NULL, "%s", lines[_i]);
}
END_TEST

START_TEST(every_outcome_is_there)
{
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		char label[96];

		snprintf(label, sizeof(label), "\nwdspxed_requests_total{outcome=\"%s\"}",
			 outcome_name((enum outcome)i));
		ck_assert_msg(strstr(text, label) != NULL, "%s", label);
	}
}
END_TEST

/* The family that a line is of: its name without the sample's suffix. */
static bool in_family(const char *line, const char *family, size_t len)
{
	return strncmp(line, "wdspxed_", 8) == 0 && strncmp(line, family, len) == 0;
}

START_TEST(families_are_declared_once_and_in_one_piece)
{
	char family[128] = "", *rest = text, *line;
	char seen[64][128];
	unsigned n = 0;

	while ((line = strsep(&rest, "\n")) && *line && strcmp(line, "# EOF") != 0) {
		if (sscanf(line, "# TYPE %127s", family) == 1) {
			for (unsigned i = 0; i < n; i++)
				ck_assert_str_ne(seen[i], family);
			strcpy(seen[n++], family);
		} else if (line[0] != '#')
			ck_assert_msg(in_family(line, family, strlen(family)), "%s outside of %s",
				      line, family);
	}
	ck_assert_uint_gt(n, 15);
	ck_assert_str_eq(line, "# EOF");
	ck_assert_str_eq(rest, "");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("metrics");

	tcase_add_checked_fixture(tcase, make_text, free_text);
	TEST_ROWS(tcase, line_is_there, lines);
	tcase_add_test(tcase, every_outcome_is_there);
	tcase_add_test(tcase, families_are_declared_once_and_in_one_piece);
	return suite_run("control/metrics", tcase);
}
