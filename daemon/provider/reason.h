/* PxeRequestReason and its kin. */
#pragma once

#include <wdspxe-types.h>

#include "request/request.h"

DWORD reason_give(HANDLE request, ULONG kind, const char *text, const char *file, ULONG line);
int reason_wanted(HANDLE request);
DWORD request_fail(HANDLE request, DWORD error);
/** What was said in a visit that is over; NULL: nothing. [loop] */
const struct request_reason *reason_of_visit(const struct visit *visit);
/** Nobody may say anything any more. Sets req->reason. [loop] */
void reason_settle(struct request *req, enum outcome outcome);
