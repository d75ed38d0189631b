/* The part of <windows.h> that the sources of PXE providers use, and no more.
 *
 * It is on the include path only with `pkg-config --cflags wdspxe-windows`. It and <wdspxe.h> may
 * be included in either order. wdspxe(7) lists its contents.
 */
#ifndef WDSPXE_WINDOWS_WINDOWS_H
#define WDSPXE_WINDOWS_WINDOWS_H

#include <string.h>
#include <wchar.h>

#include <wdspxe-types.h>
#include <wdspxe-windows.h>

#include "handleapi.h"
#include "interlockedapi.h"
#include "processthreadsapi.h"
#include "profileapi.h"
#include "synchapi.h"
#include "sysinfoapi.h"
#include "threadpoolapiset.h"
#include "threadpoollegacyapiset.h"

/* ---- calling conventions, decoration: Linux has one ------------------------------------------ */

#define WINAPI
#define APIENTRY
#define CALLBACK
#define WINAPIV
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __declspec
#define __declspec(what)
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef IN
#define IN
#endif
#ifndef OUT
#define OUT
#endif
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef EXTERN_C
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#endif

/* ---- small things ---------------------------------------------------------------------------- */

#define MAX_PATH                  260
#define UNREFERENCED_PARAMETER(P) ((void)(P))

#define MoveMemory(destination, source, length) memmove((destination), (source), (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define FillMemory(destination, length, fill)   memset((destination), (fill), (length))
#define ZeroMemory(destination, length)         memset((destination), 0, (length))
#ifndef ARRAYSIZE
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifdef UNICODE
typedef WCHAR TCHAR, *PTSTR, *LPTSTR;
typedef const WCHAR *PCTSTR, *LPCTSTR;
#define TEXT(quote) L##quote
#else
typedef CHAR TCHAR, *PTSTR, *LPTSTR;
typedef const CHAR *PCTSTR, *LPCTSTR;
#define TEXT(quote) quote
#endif

/* ---- HRESULT --------------------------------------------------------------------------------- */

#define S_OK           ((HRESULT)0)
#define S_FALSE        ((HRESULT)1)
#define E_NOTIMPL      ((HRESULT)0x80004001)
#define E_POINTER      ((HRESULT)0x80004003)
#define E_ABORT        ((HRESULT)0x80004004)
#define E_FAIL         ((HRESULT)0x80004005)
#define E_UNEXPECTED   ((HRESULT)0x8000FFFF)
#define E_ACCESSDENIED ((HRESULT)0x80070005)
#define E_HANDLE       ((HRESULT)0x80070006)
#define E_OUTOFMEMORY  ((HRESULT)0x8007000E)
#define E_INVALIDARG   ((HRESULT)0x80070057)
#define SUCCEEDED(hr)  ((HRESULT)(hr) >= 0)
#define FAILED(hr)     ((HRESULT)(hr) < 0)

/** The HRESULT of a status code; a value that is already an HRESULT is returned unchanged. */
static inline HRESULT HRESULT_FROM_WIN32(DWORD code)
{
	return (HRESULT)code <= 0 ? (HRESULT)code : (HRESULT)((code & 0xFFFF) | 0x80070000);
}

/* ---- loading and unloading ------------------------------------------------------------------- */

#define DLL_PROCESS_DETACH 0
#define DLL_PROCESS_ATTACH 1
#define DLL_THREAD_ATTACH  2
#define DLL_THREAD_DETACH  3

/*
 * DllMain: optional, written by the provider. The host calls it with DLL_PROCESS_ATTACH before
 * PxeProviderInitialize and with DLL_PROCESS_DETACH before it unloads the module; never for
 * threads. If it returns FALSE for ATTACH, DETACH follows, and the module counts as not loadable.
 * lpvReserved is NULL.
 *
 *	BOOL WINAPI DllMain(HINSTANCE hinstDLL, DWORD fdwReason, LPVOID lpvReserved);
 *
 * As with Microsoft's compiler, the first argument may be a HANDLE, a HINSTANCE or an HMODULE, with
 * or without extern "C": the host knows the mangled names of C++. There is no declaration here,
 * because all but one of these forms would contradict it. The macro exports the function even with
 * -fvisibility=hidden; #undef it to call a DllMain.
 */
#define DllMain __attribute__((visibility("default"))) DllMain

/** DllMain is never called for threads here, so there is nothing to switch off. */
static inline BOOL DisableThreadLibraryCalls(HMODULE hLibModule)
{
	(void)hLibModule;
	return TRUE;
}

/* ---- source annotations: the _In_ family, without effect --------------------------------------
 *
 * Not the older __in: libstdc++ owns that name.
 */

#define _In_
#define _In_opt_
#define _In_z_
#define _In_opt_z_
#define _In_reads_(size)
#define _In_reads_opt_(size)
#define _In_reads_z_(size)
#define _In_reads_opt_z_(size)
#define _In_reads_or_z_(size)
#define _In_reads_or_z_opt_(size)
#define _In_reads_bytes_(size)
#define _In_reads_bytes_opt_(size)
#define _In_reads_to_ptr_(end)
#define _In_reads_to_ptr_opt_(end)
#define _In_reads_to_ptr_z_(end)
#define _In_reads_to_ptr_opt_z_(end)
#define _In_range_(low, high)
#define _In_bound_
#define _Out_
#define _Out_opt_
#define _Out_writes_(size)
#define _Out_writes_opt_(size)
#define _Out_writes_z_(size)
#define _Out_writes_opt_z_(size)
#define _Out_writes_all_(size)
#define _Out_writes_all_opt_(size)
#define _Out_writes_bytes_(size)
#define _Out_writes_bytes_opt_(size)
#define _Out_writes_bytes_all_(size)
#define _Out_writes_bytes_all_opt_(size)
#define _Out_writes_to_(size, count)
#define _Out_writes_to_opt_(size, count)
#define _Out_writes_bytes_to_(size, count)
#define _Out_writes_bytes_to_opt_(size, count)
#define _Out_writes_to_ptr_(end)
#define _Out_writes_to_ptr_opt_(end)
#define _Out_writes_to_ptr_z_(end)
#define _Out_writes_to_ptr_opt_z_(end)
#define _Out_range_(low, high)
#define _Inout_
#define _Inout_opt_
#define _Inout_z_
#define _Inout_opt_z_
#define _Inout_updates_(size)
#define _Inout_updates_opt_(size)
#define _Inout_updates_z_(size)
#define _Inout_updates_opt_z_(size)
#define _Inout_updates_all_(size)
#define _Inout_updates_all_opt_(size)
#define _Inout_updates_bytes_(size)
#define _Inout_updates_bytes_opt_(size)
#define _Inout_updates_bytes_all_(size)
#define _Inout_updates_bytes_all_opt_(size)
#define _Inout_updates_to_(size, count)
#define _Inout_updates_to_opt_(size, count)
#define _Inout_updates_bytes_to_(size, count)
#define _Inout_updates_bytes_to_opt_(size, count)
#define _Outptr_
#define _Outptr_result_maybenull_
#define _Outptr_result_z_
#define _Outptr_result_maybenull_z_
#define _Outptr_result_nullonfailure_
#define _Outptr_result_buffer_(size)
#define _Outptr_result_buffer_maybenull_(size)
#define _Outptr_result_buffer_all_(size)
#define _Outptr_result_buffer_all_maybenull_(size)
#define _Outptr_result_buffer_to_(size, count)
#define _Outptr_result_buffer_to_maybenull_(size, count)
#define _Outptr_result_bytebuffer_(size)
#define _Outptr_result_bytebuffer_maybenull_(size)
#define _Outptr_result_bytebuffer_all_(size)
#define _Outptr_result_bytebuffer_all_maybenull_(size)
#define _Outptr_result_bytebuffer_to_(size, count)
#define _Outptr_result_bytebuffer_to_maybenull_(size, count)
#define _Outptr_opt_
#define _Outptr_opt_result_maybenull_
#define _Outptr_opt_result_z_
#define _Outptr_opt_result_maybenull_z_
#define _Outptr_opt_result_nullonfailure_
#define _Outptr_opt_result_buffer_(size)
#define _Outptr_opt_result_buffer_maybenull_(size)
#define _Outptr_opt_result_buffer_all_(size)
#define _Outptr_opt_result_buffer_all_maybenull_(size)
#define _Outptr_opt_result_buffer_to_(size, count)
#define _Outptr_opt_result_buffer_to_maybenull_(size, count)
#define _Outptr_opt_result_bytebuffer_(size)
#define _Outptr_opt_result_bytebuffer_maybenull_(size)
#define _Outptr_opt_result_bytebuffer_all_(size)
#define _Outptr_opt_result_bytebuffer_all_maybenull_(size)
#define _Outptr_opt_result_bytebuffer_to_(size, count)
#define _Outptr_opt_result_bytebuffer_to_maybenull_(size, count)
#define _COM_Outptr_
#define _COM_Outptr_result_maybenull_
#define _COM_Outptr_opt_
#define _COM_Outptr_opt_result_maybenull_
#define _Outref_
#define _Outref_result_maybenull_
#define _Result_nullonfailure_
#define _Result_zeroonfailure_
#define _Deref_out_
#define _Deref_out_opt_
#define _Deref_out_z_
#define _Deref_pre_z_
#define _Deref_post_z_
#define _Deref_opt_out_
#define _Deref_opt_out_opt_
#define _Field_size_(size)
#define _Field_size_opt_(size)
#define _Field_size_full_(size)
#define _Field_size_full_opt_(size)
#define _Field_size_bytes_(size)
#define _Field_size_bytes_opt_(size)
#define _Field_size_bytes_full_(size)
#define _Field_size_bytes_full_opt_(size)
#define _Struct_size_bytes_(size)
#define _Field_size_part_(size, count)
#define _Field_size_part_opt_(size, count)
#define _Field_size_bytes_part_(size, count)
#define _Field_size_bytes_part_opt_(size, count)
#define _Field_z_
#define _Field_range_(low, high)
#define _Null_terminated_
#define _NullNull_terminated_
#define _Maybenull_
#define _Notnull_
#define _Null_
#define _Const_
#define _Valid_
#define _Notvalid_
#define _Reserved_
#define _Literal_
#define _Notliteral_
#define _Points_to_data_
#define _Interlocked_operand_
#define _Ret_
#define _Ret_z_
#define _Ret_opt_
#define _Ret_opt_z_
#define _Ret_maybenull_
#define _Ret_maybenull_z_
#define _Ret_notnull_
#define _Ret_null_
#define _Ret_valid_
#define _Ret_writes_(size)
#define _Ret_writes_z_(size)
#define _Ret_writes_maybenull_(size)
#define _Ret_writes_bytes_(size)
#define _Ret_writes_bytes_maybenull_(size)
#define _Ret_writes_to_(size, count)
#define _Ret_writes_bytes_to_(size, count)
#define _Ret_range_(low, high)
#define _Check_return_
#define _Check_return_opt_
#define _Must_inspect_result_
#define _Raises_SEH_exception_
#define _Printf_format_string_
#define _Printf_format_string_params_(start)
#define _Scanf_format_string_
#define _Scanf_s_format_string_
#define _Use_decl_annotations_
#define _Always_(annotations)
#define _On_failure_(annotations)
#define _Success_(expression)
#define _Return_type_success_(expression)
#define _When_(expression, annotations)
#define _At_(target, annotations)
#define _At_buffer_(target, index, count, annotations)
#define _Group_(annotations)
#define _Function_class_(name)
#define _Pre_
#define _Post_
#define _Pre_null_
#define _Pre_notnull_
#define _Pre_maybenull_
#define _Pre_valid_
#define _Pre_invalid_
#define _Pre_z_
#define _Pre_opt_valid_
#define _Post_null_
#define _Post_notnull_
#define _Post_maybenull_
#define _Post_valid_
#define _Post_invalid_
#define _Post_z_
#define _Post_ptr_invalid_
#define _Pre_unknown_
#define _Pre_satisfies_(condition)
#define _Post_satisfies_(condition)
#define _Satisfies_(condition)
#define _Pre_readable_size_(size)
#define _Pre_writable_size_(size)
#define _Pre_readable_byte_size_(size)
#define _Pre_writable_byte_size_(size)
#define _Post_readable_size_(size)
#define _Post_writable_size_(size)
#define _Post_readable_byte_size_(size)
#define _Post_writable_byte_size_(size)
#define _Readable_bytes_(size)
#define _Readable_elements_(size)
#define _Writable_bytes_(size)
#define _Writable_elements_(size)
#define _Guarded_by_(lock)
#define _Write_guarded_by_(lock)
#define _Interlocked_
#define _Requires_lock_held_(lock)
#define _Requires_lock_not_held_(lock)
#define _Requires_exclusive_lock_held_(lock)
#define _Requires_shared_lock_held_(lock)
#define _Acquires_lock_(lock)
#define _Releases_lock_(lock)
#define _Acquires_exclusive_lock_(lock)
#define _Releases_exclusive_lock_(lock)
#define _Acquires_shared_lock_(lock)
#define _Releases_shared_lock_(lock)
#define _Has_lock_kind_(lock)
#define _Post_same_lock_(first, second)

#define _Analysis_assume_(expression) ((void)0)

/* ---- functions, by Microsoft's headers ---------------------------------------------------------
 */

#include "fileapi.h"
#include "stringapiset.h"
#include "winbase.h"

#endif
