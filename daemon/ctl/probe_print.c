/* What wdspxectl probe says to people. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/plain.h"
#include "ctl/print.h"
#include "ctl/probe.h"
#include "dhcp/pxe_arch.h"

enum { TEXT_MAX = 1400, NAME_MAX_ = 300 };

/* A line under construction; what does not fit is left out. */
struct line {
	char text[TEXT_MAX];
	size_t used;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *line, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line->text + line->used, sizeof(line->text) - line->used, format, args);
	va_end(args);
	if (n > 0)
		line->used += (size_t)n;
	if (line->used >= sizeof(line->text))
		line->used = sizeof(line->text) - 1;
}

/* What somebody else said. */
static void put_quoted(struct line *line, const char *before, struct span text)
{
	char plain[NAME_MAX_];

	put(line, "%s\"%s\"", before, plain_text(text, plain, sizeof(plain)));
}

static void put_ip(struct line *line, const char *before, const struct ip *ip)
{
	char text[IP_TEXT_MAX];

	put(line, "%s%s", before, ip_text(ip, text));
}

static void put_firmware(struct line *line, const struct made_client *client)
{
	static const char *const names[] = {
		[MADE_ROM] = "a PXE ROM", [MADE_EDK2] = "EDK2", [MADE_IPXE] = "iPXE"
	};
	const char *arch = pxe_arch_name(client->arch);

	if (arch)
		put(line, "%s", arch);
	else
		put(line, "architecture %u", client->arch);
	put(line, " (%s)", names[client->firmware]);
}

static void print_sent(const struct probe *probe)
{
	const struct made_client *client = &probe->client;
	const uint8_t *mac = client->mac;
	struct line line = { .used = 0 };

	put(&line, "%s on %s as %02x:%02x:%02x:%02x:%02x:%02x, ",
	    client->family == IP_V6 ? "SOLICIT" : "DISCOVER", probe->wire.name, mac[0], mac[1],
	    mac[2], mac[3], mac[4], mac[5]);
	put_firmware(&line, client);
	if (probe->discovers > 1)
		put(&line, ", %u times", probe->discovers);
	print_titled("Sent", PLAIN, line.text);
}

/* ---- offers -----------------------------------------------------------------------------------
 */

static void put_discovery(struct line *line, const struct offer *offer)
{
	struct offer_item item;

	if (!offer->has_discovery)
		return;
	if (offer->has_control)
		put(line, ", option 43.6 = %u", offer->control);
	if (offer_first_item(offer, &item))
		put_quoted(line, ", a menu that begins with ", item.text);
}

static void put_who(struct line *line, const struct offer *offer)
{
	if (offer->has_address)
		put_ip(line, "DHCP server, address ", &offer->address);
	else if (offer->class == OFFER_CLASS_NONE)
		put(line, "no address");
	else
		put(line, offer->class == OFFER_CLASS_HTTP ? "HTTP boot server" : "boot server");
	if (offer->class_text.len > 0 && (offer->has_address || offer->class == OFFER_CLASS_NONE))
		put_quoted(line, ", class ", offer->class_text);
}

static void put_offer(struct line *line, const struct offer *offer)
{
	put_who(line, offer);
	if (offer->file.len > 0)
		put_quoted(line, offer_is_url(offer->file) ? ", URL " : ", file ", offer->file);
	else if (!offer->has_address && !offer->has_discovery)
		put(line, ", no file");
	if (offer->next_server.family != IP_NONE)
		put_ip(line, ", next-server ", &offer->next_server);
	put_discovery(line, offer);
	if (offer->priority != 0)
		put(line, ", iPXE's priority %d", offer->priority);
	if (offer->is_without_proxy)
		put(line, ", iPXE's no-pxedhcp");
	if (offer->is_refused)
		put(line, ", a status that refuses");
}

static enum colour colour_of(const struct probe *probe, size_t i)
{
	if ((int)i == probe->choice.boot)
		return probe_boots(probe) ? GREEN : RED;
	return PLAIN;
}

static void print_offer(const struct probe *probe, size_t i)
{
	const struct offer *offer = &probe->offers[i];
	struct line line = { .used = 0 };
	char title[32];

	snprintf(title, sizeof(title), "Offer %zu", i + 1);
	put_ip(&line, "", &offer->from.ip);
	put(&line, " after %u ms: ", offer->after_ms);
	put_offer(&line, offer);
	print_titled(title, colour_of(probe, i), line.text);
	line = (struct line){ .used = 0 };
	put(&line, "-> %s", offer_fate_text(probe->choice.fate[i]));
	pad(0, LABEL);
	print_words(LABEL, line.text);
}

/* ---- port 4011 --------------------------------------------------------------------------------
 */

static void print_asked(const struct asking *asking)
{
	struct line line = { .used = 0 };

	put_ip(&line, "asked ", &asking->to.ip);
	put(&line, " from port %u%s: ", asking->from_port,
	    asking->is_item ? " for the first item of the menu" : "");
	if (asking->is_answered) {
		put_ip(&line, "", &asking->answer.from.ip);
		put(&line, " after %u ms: ", asking->answer.after_ms);
		if (asking->answer.file.len > 0)
			put_quoted(&line, "file ", asking->answer.file);
		else
			put(&line, "no file");
		if (asking->answer.next_server.family != IP_NONE)
			put_ip(&line, ", next-server ", &asking->answer.next_server);
		put_discovery(&line, &asking->answer);
	} else {
		put(&line, "no answer to %u %s", asking->sent,
		    asking->sent == 1 ? "request" : "requests");
	}
	print_titled("Port 4011", asking->is_answered ? PLAIN : RED, line.text);
}

/* ---- the verdict ------------------------------------------------------------------------------
 */

static void print_verdict(const struct probe *probe)
{
	struct line line = { .used = 0 };
	enum colour colour = probe->untried ? YELLOW : probe_boots(probe) ? GREEN : RED;

	put(&line, "%s: %s",
	    probe->untried       ? "could not be tried"
	    : probe_boots(probe) ? "would boot"
				 : "would not boot",
	    probe_why(probe));
	if (probe->error != 0)
		put(&line, ": %s", strerror(probe->error));
	if (probe->fetch_error[0])
		put(&line, ": %s", probe->fetch_error);
	print_titled("Verdict", colour, line.text);
}

static enum colour colour_of_level(int level)
{
	return level <= LOG_ERR ? RED : level <= LOG_WARNING ? YELLOW : PLAIN;
}

static void print_findings(const struct probe *probe)
{
	struct probe_findings found;

	probe_find(probe, &found);
	for (size_t i = 0; i < found.n; i++) {
		char text[1024];

		print_titled("Finding", colour_of_level(finding_level(found.finding[i].kind)),
			     finding_text(&found.finding[i], text, sizeof(text)));
	}
}

/* ---- the file ---------------------------------------------------------------------------------
 */

static void print_file_finding(const json_t *finding)
{
	print_titled("Finding", strcmp(text_of(finding, "level"), "error") == 0 ? RED : YELLOW,
		     text_of(finding, "text"));
}

static void print_fetched(const struct probe *probe)
{
	const char *what = json_string_value(json_object_get(probe->fetched, "what")),
		   *error = json_string_value(json_object_get(probe->fetched, "error"));
	const json_t *findings = json_object_get(probe->fetched, "findings");

	if (what || error)
		print_titled("", PLAIN, what ? what : error);
	for (size_t i = 0; i < json_array_size(findings); i++)
		print_file_finding(json_array_get(findings, i));
}

static void print_file(const struct probe *probe)
{
	char plain[PROBE_URL_MAX];

	if (!probe->url[0])
		return;
	print_titled("Boot file", PLAIN, plain_text(span_str(probe->url), plain, sizeof(plain)));
	if (probe->fetched)
		print_fetched(probe);
}

void probe_print(const struct probe *probe)
{
	print_sent(probe);
	for (size_t i = 0; i < probe->n; i++)
		print_offer(probe, i);
	for (size_t i = 0; i < probe->n_asked; i++)
		print_asked(&probe->asked[i]);
	print_file(probe);
	print_findings(probe);
	print_verdict(probe);
}
