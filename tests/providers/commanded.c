/* A provider whose commands are what none should be, among some that are right.
 *
 * The first word is one of:
 *   echo WORD ...      the words, and the input's name and octets, as JSON
 *   write TEXT         that text as it is
 *   say TEXT           that text as a JSON string
 *   fail CODE [TEXT]   that code; with a text an "error"
 *   hold FILE          returns once FILE is gone; it makes FILE when it begins
 *   fill N             a text of N octets
 *   flood              writes until it may no more, then goes on; returns 0
 *   devices            a table
 *   crash, throw-away (ends its thread), late (a thread that writes when it is over)
 *
 * settings: note = a file that gets a line of each call: "initialize", "control CODE", "command
 * WORD", "returned WORD CODE", "shutdown"; commands = 0: it registers none.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wdspxe.h>

static char note_path[256];

static void note(const char *what, const char *word, unsigned long code)
{
	char line[256];
	int n = snprintf(line, sizeof(line), "%s %s %lu\n", what, word, code);
	int fd = open(note_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, line, (size_t)n) != n)
		abort();
	if (fd >= 0)
		close(fd);
}

static DWORD put(HANDLE command, const char *text)
{
	return PxeCommandWrite(command, text, (ULONG)strlen(text));
}

static void put_string(HANDLE command, const char *text, size_t len)
{
	put(command, "\"");
	for (size_t i = 0; i < len; i++) {
		char out[8];

		if ((unsigned char)text[i] < ' ' || text[i] == '"' || text[i] == '\\')
			snprintf(out, sizeof(out), "\\u%04x", (unsigned char)text[i]);
		else
			snprintf(out, sizeof(out), "%c", text[i]);
		put(command, out);
	}
	put(command, "\"");
}

static DWORD echo(HANDLE command, const PXE_COMMAND *asked)
{
	put(command, "{\"words\":[");
	for (ULONG i = 1; i < asked->nWords; i++) {
		put(command, i > 1 ? "," : "");
		put_string(command, asked->ppszWords[i], strlen(asked->ppszWords[i]));
	}
	put(command, "]");
	if (asked->pszInput) {
		put(command, ",\"input\":");
		put_string(command, asked->pszInput, strlen(asked->pszInput));
		put(command, ",\"octets\":");
		put_string(command, (const char *)asked->pInput, asked->cbInput);
	}
	put(command, "}");
	return ERROR_SUCCESS;
}

static DWORD fail(HANDLE command, const char *code, const char *text)
{
	if (text) {
		put(command, "{\"error\":");
		put_string(command, text, strlen(text));
		put(command, "}");
	}
	return (DWORD)strtoul(code, NULL, 10);
}

static DWORD hold(HANDLE command, const char *path)
{
	const struct timespec nap = { .tv_nsec = 10000000 };
	DWORD code;

	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	while (access(path, F_OK) == 0)
		nanosleep(&nap, NULL);
	code = put(command, "\"free\"");
	note("wrote", "hold", code);
	return ERROR_SUCCESS;
}

static DWORD fill(HANDLE command, const char *n)
{
	unsigned long left = strtoul(n, NULL, 10);
	char block[4096];

	memset(block, 'x', sizeof(block));
	put(command, "\"");
	for (; left > 0; left -= left < sizeof(block) ? left : sizeof(block))
		PxeCommandWrite(command, block,
				(ULONG)(left < sizeof(block) ? left : sizeof(block)));
	return put(command, "\"");
}

static DWORD flood(HANDLE command)
{
	static char block[1 << 20];
	DWORD code;

	memset(block, '1', sizeof(block));
	do
		code = PxeCommandWrite(command, block, sizeof(block));
	while (code == ERROR_SUCCESS);
	note("wrote", "flood", code);
	put(command, "1");
	return ERROR_SUCCESS;
}

static void *write_late(void *command)
{
	const struct timespec nap = { .tv_nsec = 1000000 };
	DWORD code;

	while ((code = put(command, " ")) == ERROR_SUCCESS)
		nanosleep(&nap, NULL);
	note("wrote", "late", code);
	return NULL;
}

static DWORD late(HANDLE command)
{
	pthread_t thread;

	put(command, "\"over\"");
	if (pthread_create(&thread, NULL, write_late, command) == 0)
		pthread_detach(thread);
	return ERROR_SUCCESS;
}

static DWORD carry_out(HANDLE command, const PXE_COMMAND *asked)
{
	const char *word = asked->nWords > 0 ? asked->ppszWords[0] : "";
	const char *text = asked->nWords > 1 ? asked->ppszWords[1] : "";

	if (!strcmp(word, "echo"))
		return echo(command, asked);
	if (!strcmp(word, "write"))
		return put(command, text);
	if (!strcmp(word, "say")) {
		put_string(command, text, strlen(text));
		return ERROR_SUCCESS;
	}
	if (!strcmp(word, "fail"))
		return fail(command, text, asked->ppszWords[2]);
	if (!strcmp(word, "hold"))
		return hold(command, text);
	if (!strcmp(word, "fill"))
		return fill(command, text);
	if (!strcmp(word, "flood"))
		return flood(command);
	if (!strcmp(word, "late"))
		return late(command);
	if (!strcmp(word, "devices"))
		return put(command,
			   "{\"devices\":[{\"name\":\"pc1\",\"mac\":\"52:54:00:00:00:01\"},"
			   "{\"name\":\"pc-the-second\",\"boot\":\"a\\u001b[31mb\","
			   "\"groups\":[\"lab\",\"new\"]}],\"more\":3}");
	if (!strcmp(word, "crash"))
		raise(SIGSEGV);
	if (!strcmp(word, "throw-away"))
		pthread_exit(NULL);
	return ERROR_INVALID_PARAMETER;
}

static DWORD PXEAPI on_command(PVOID context, HANDLE command, const PXE_COMMAND *asked)
{
	const char *word = asked->nWords > 0 ? asked->ppszWords[0] : "";
	DWORD code;

	(void)context;
	note("command", word, 0);
	code = carry_out(command, asked);
	note("returned", word, code);
	return code;
}

static DWORD PXEAPI on_request(HANDLE request, PVOID packet, ULONG len, PXE_ADDRESS *local,
			       PXE_ADDRESS *remote, PXE_BOOT_ACTION *action, PVOID context)
{
	(void)request, (void)packet, (void)len, (void)local, (void)remote, (void)context;
	*action = PXE_BA_REJECTED;
	return ERROR_SUCCESS;
}

static DWORD PXEAPI on_control(PVOID context, DWORD code)
{
	(void)context;
	note("control", "-", code);
	return ERROR_SUCCESS;
}

static DWORD PXEAPI on_shutdown(PVOID context)
{
	(void)context;
	note("shutdown", "-", 0);
	return ERROR_SUCCESS;
}

DWORD PXEAPI PxeProviderInitialize(HANDLE provider, HKEY key)
{
	DWORD len = sizeof(note_path) - 1, commands = 1, size = sizeof(commands), r;

	(void)RegQueryValueExA(key, "note", NULL, NULL, (BYTE *)note_path, &len);
	(void)RegQueryValueExA(key, "commands", NULL, NULL, (BYTE *)&commands, &size);
	r = PxeRegisterCallback(provider, PXE_CALLBACK_RECV_REQUEST, (PVOID)on_request, NULL);
	if (r == ERROR_SUCCESS)
		r = PxeRegisterCallback(provider, PXE_CALLBACK_SHUTDOWN, (PVOID)on_shutdown, NULL);
	if (r == ERROR_SUCCESS)
		r = PxeRegisterCallback(provider, PXE_CALLBACK_SERVICE_CONTROL, (PVOID)on_control,
					NULL);
	if (r == ERROR_SUCCESS && commands)
		r = PxeRegisterCallback(provider, PXE_CALLBACK_COMMAND, (PVOID)on_command, NULL);
	note("initialize", "-", r);
	return r;
}
