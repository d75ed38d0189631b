/* <sal.h>: source annotations, without effect. <windows.h> includes this header. */
#ifndef WDSPXE_WINDOWS_SAL_H
#define WDSPXE_WINDOWS_SAL_H

/* ---- the _In_ family ------------------------------------------------------------------------- */

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

/* ---- the annotations of before 2012 ------------------------------------------------------------
 *
 * With -DWDSPXE_SAL1 only, for libstdc++ owns `__in` and `__out`: a source with them includes the
 * headers of C++ before <windows.h>, as far as it can.
 */
#ifdef WDSPXE_SAL1
#define __in
#define __in_opt
#define __in_z
#define __in_z_opt
#define __out
#define __out_opt
#define __out_z
#define __out_z_opt
#define __inout
#define __inout_opt
#define __inout_z
#define __inout_z_opt
#define __deref_in
#define __deref_in_opt
#define __deref_out
#define __deref_out_opt
#define __deref_opt_out
#define __deref_opt_out_opt
#define __deref_inout
#define __deref_inout_opt
#define __deref_out_z
#define __deref_out_z_opt
#define __deref_inout_z
#define __deref_opt_out_z
#define __checkReturn
#define __reserved
#define __nullterminated
#define __nullnullterminated
#define __notnull
#define __maybenull
#define __callback
#define __format_string
#define __fallthrough
#define __valid
#define __notvalid
#define __readonly
#define __notreadonly
#define __maybereadonly
#define __post
#define __pre
#define __deref
#define __exceptthat
#define __override
#define __refparam
#define __in_ecount(what)
#define __in_ecount_opt(what)
#define __in_ecount_z(what)
#define __in_ecount_z_opt(what)
#define __in_bcount(what)
#define __in_bcount_opt(what)
#define __in_bcount_z(what)
#define __in_bcount_z_opt(what)
#define __in_xcount(what)
#define __in_xcount_opt(what)
#define __out_ecount(what)
#define __out_ecount_opt(what)
#define __out_ecount_z(what)
#define __out_ecount_z_opt(what)
#define __out_bcount(what)
#define __out_bcount_opt(what)
#define __out_bcount_z(what)
#define __out_bcount_z_opt(what)
#define __out_xcount(what)
#define __out_xcount_opt(what)
#define __inout_ecount(what)
#define __inout_ecount_opt(what)
#define __inout_ecount_z(what)
#define __inout_ecount_z_opt(what)
#define __inout_bcount(what)
#define __inout_bcount_opt(what)
#define __inout_bcount_z(what)
#define __inout_bcount_z_opt(what)
#define __inout_xcount(what)
#define __inout_xcount_opt(what)
#define __deref_out_ecount(what)
#define __deref_out_ecount_opt(what)
#define __deref_opt_out_ecount(what)
#define __deref_opt_out_ecount_opt(what)
#define __deref_in_ecount(what)
#define __deref_in_ecount_opt(what)
#define __deref_inout_ecount(what)
#define __deref_inout_ecount_opt(what)
#define __deref_out_bcount(what)
#define __deref_out_bcount_opt(what)
#define __deref_opt_out_bcount(what)
#define __deref_opt_out_bcount_opt(what)
#define __deref_in_bcount(what)
#define __deref_in_bcount_opt(what)
#define __deref_inout_bcount(what)
#define __deref_inout_bcount_opt(what)
#define __deref_out_xcount(what)
#define __deref_out_xcount_opt(what)
#define __deref_opt_out_xcount(what)
#define __deref_opt_out_xcount_opt(what)
#define __deref_in_xcount(what)
#define __deref_in_xcount_opt(what)
#define __deref_inout_xcount(what)
#define __deref_inout_xcount_opt(what)
#define __success(what)
#define __control_entrypoint(what)
#define __elem_readableTo(what)
#define __elem_writableTo(what)
#define __byte_readableTo(what)
#define __byte_writableTo(what)
#define __typefix(what)
#define __drv_when(what)
#define __field_ecount(what)
#define __field_bcount(what)
#define __field_ecount_opt(what)
#define __field_bcount_opt(what)
#define __struct_bcount(what)
#define __out_ecount_full(what)
#define __out_ecount_full_opt(what)
#define __out_bcount_full(what)
#define __out_bcount_full_opt(what)
#define __inout_ecount_full(what)
#define __inout_ecount_full_opt(what)
#define __inout_bcount_full(what)
#define __inout_bcount_full_opt(what)
#define __out_ecount_part(size, count)
#define __out_ecount_part_opt(size, count)
#define __out_bcount_part(size, count)
#define __out_bcount_part_opt(size, count)
#define __inout_ecount_part(size, count)
#define __inout_ecount_part_opt(size, count)
#define __inout_bcount_part(size, count)
#define __inout_bcount_part_opt(size, count)
#define __in_range(size, count)
#define __out_range(size, count)
#define __deref_out_range(size, count)
#define __field_range(size, count)
#define __deref_out_ecount_part(size, count)
#define __deref_out_bcount_part(size, count)
#define __field_ecount_part(size, count)
#define __field_bcount_part(size, count)
#define __analysis_assume(expression) ((void)0)
#endif

#endif
