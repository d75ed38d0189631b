//! A filter: machines of one manufacturer are left to the next provider, all others are kept from
//! being answered. Its setting is the beginning of their addresses:
//!
//!     settings: { vendor = "52:54:00"; };
//!
//! It needs no crate. What it uses of wdspxe.h is declared here: text is UTF-8, by the functions
//! whose names end in A, for WCHAR has 32 bits and PxeTrace is variadic.
#![allow(non_snake_case)]

use std::ffi::{CStr, CString};
use std::os::raw::{c_char, c_void};
use std::ptr;

type Handle = *mut c_void;

const CALLBACK_RECV_REQUEST: u32 = 0;
const CALLBACK_SHUTDOWN: u32 = 1;
const ATTR_FILTER: u32 = 0;
const FILTER_DHCP_ONLY: u32 = 1;
const TRACE_INFO: u32 = 0x0002_0000;
const TRACE_ERROR: u32 = 0x0008_0000;
const BA_IGNORE: u32 = 3;
const BA_REJECTED: u32 = 4;
const REG_SZ: u32 = 1;
const ERROR_SUCCESS: u32 = 0;
const ERROR_INVALID_DATA: u32 = 13;

#[link(name = "wdspxe")]
extern "C" {
    fn PxeRegisterCallback(
        provider: Handle,
        kind: u32,
        function: *const c_void,
        context: *mut c_void,
    ) -> u32;
    fn PxeProviderSetAttribute(
        provider: Handle,
        attribute: u32,
        value: *const u32,
        len: u32,
    ) -> u32;
    fn PxeTraceA(provider: Handle, severity: u32, text: *const c_char) -> u32;
    fn RegQueryValueExA(
        key: Handle,
        name: *const c_char,
        reserved: *mut u32,
        kind: *mut u32,
        data: *mut u8,
        len: *mut u32,
    ) -> i32;
}

struct Provider {
    handle: Handle,
    vendor: Vec<u8>,
}

fn trace(provider: Handle, severity: u32, text: &str) {
    if let Ok(text) = CString::new(text) {
        unsafe { PxeTraceA(provider, severity, text.as_ptr()) };
    }
}

/// A setting that is a string.
fn setting(key: Handle, name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    let mut data = [0u8; 256];
    let mut len = data.len() as u32 - 1; // there is a NUL behind it in any case
    let mut kind = 0;

    let code = unsafe {
        RegQueryValueExA(
            key,
            name.as_ptr(),
            ptr::null_mut(),
            &mut kind,
            data.as_mut_ptr(),
            &mut len,
        )
    };
    if code != 0 || kind != REG_SZ {
        return None;
    }
    let text = unsafe { CStr::from_ptr(data.as_ptr() as *const c_char) };
    text.to_str().ok().map(str::to_owned)
}

/// "52:54:00" as octets.
fn octets(text: &str) -> Option<Vec<u8>> {
    text.split(':')
        .map(|part| u8::from_str_radix(part, 16).ok())
        .collect()
}

unsafe extern "C" fn on_request(
    _request: Handle,
    packet: *const u8,
    len: u32,
    _local: *const c_void,
    _remote: *const c_void,
    action: *mut u32,
    context: *mut c_void,
) -> u32 {
    let provider = &*(context as *const Provider);
    let packet = std::slice::from_raw_parts(packet, len as usize);
    let mac = &packet[28..34]; // the filter shows whole headers only

    *action = if mac.starts_with(&provider.vendor) {
        BA_REJECTED
    } else {
        trace(
            provider.handle,
            TRACE_INFO,
            &format!("{:02x?} is not ours: 100% sure", mac),
        );
        BA_IGNORE
    };
    ERROR_SUCCESS
}

unsafe extern "C" fn on_shutdown(context: *mut c_void) -> u32 {
    drop(Box::from_raw(context as *mut Provider));
    ERROR_SUCCESS
}

unsafe fn register(handle: Handle, context: *mut c_void) -> u32 {
    let callbacks = [
        (CALLBACK_RECV_REQUEST, on_request as *const c_void),
        (CALLBACK_SHUTDOWN, on_shutdown as *const c_void),
    ];
    let mut code = PxeProviderSetAttribute(handle, ATTR_FILTER, &FILTER_DHCP_ONLY, 4);

    for (kind, function) in callbacks {
        if code == ERROR_SUCCESS {
            code = PxeRegisterCallback(handle, kind, function, context);
        }
    }
    code
}

/// # Safety
/// The host calls it, with handles that are valid.
#[no_mangle]
pub unsafe extern "C" fn PxeProviderInitialize(handle: Handle, key: Handle) -> u32 {
    let vendor = match setting(key, "vendor").as_deref().and_then(octets) {
        Some(vendor) => vendor,
        None => {
            let wrong = "vendor: write the beginning of an address, as \"52:54:00\"";
            trace(handle, TRACE_ERROR, wrong);
            return ERROR_INVALID_DATA;
        }
    };
    let context = Box::into_raw(Box::new(Provider { handle, vendor })) as *mut c_void;
    let code = register(handle, context);

    if code != ERROR_SUCCESS {
        on_shutdown(context); // it is called only after an Initialize that succeeded
    }
    code
}
