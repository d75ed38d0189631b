/* Variables that several threads change: each function is one atomic step and a full barrier.
 * <windows.h> includes this header.
 *
 * Increment, Decrement return the new value; all others the one before. They take a pointer to any
 * integer of the right size: a `long`, which has 64 bits here, too.
 */
#ifndef WDSPXE_WINDOWS_INTERLOCKEDAPI_H
#define WDSPXE_WINDOWS_INTERLOCKEDAPI_H

#include <wdspxe-types.h>

#ifdef __cplusplus
extern "C++" {

/* A value is of the variable's own type, whatever type the argument has. */
template <class T> struct WdspxeSame {
	typedef T type;
};

#define WDSPXE_INTERLOCKED_1(name, step)                                                           \
	template <class T> inline T name(T volatile *target)                                       \
	{                                                                                          \
		return step;                                                                       \
	}
#define WDSPXE_INTERLOCKED_2(name, builtin)                                                        \
	template <class T> inline T name(T volatile *target, typename WdspxeSame<T>::type value)   \
	{                                                                                          \
		return builtin(target, value, __ATOMIC_SEQ_CST);                                   \
	}
#define WDSPXE_INTERLOCKED_3(name)                                                                 \
	template <class T>                                                                         \
	inline T name(T volatile *target, typename WdspxeSame<T>::type exchange,                   \
		      typename WdspxeSame<T>::type comparand)                                      \
	{                                                                                          \
		return __sync_val_compare_and_swap(target, comparand, exchange);                   \
	}

WDSPXE_INTERLOCKED_1(InterlockedIncrement, __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST))
WDSPXE_INTERLOCKED_1(InterlockedIncrement64, __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST))
WDSPXE_INTERLOCKED_1(InterlockedDecrement, __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST))
WDSPXE_INTERLOCKED_1(InterlockedDecrement64, __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST))
WDSPXE_INTERLOCKED_2(InterlockedExchange, __atomic_exchange_n)
WDSPXE_INTERLOCKED_2(InterlockedExchange64, __atomic_exchange_n)
WDSPXE_INTERLOCKED_2(InterlockedExchangeAdd, __atomic_fetch_add)
WDSPXE_INTERLOCKED_2(InterlockedExchangeAdd64, __atomic_fetch_add)
WDSPXE_INTERLOCKED_2(InterlockedExchangeSubtract, __atomic_fetch_sub)
WDSPXE_INTERLOCKED_2(InterlockedAnd, __atomic_fetch_and)
WDSPXE_INTERLOCKED_2(InterlockedAnd64, __atomic_fetch_and)
WDSPXE_INTERLOCKED_2(InterlockedOr, __atomic_fetch_or)
WDSPXE_INTERLOCKED_2(InterlockedOr64, __atomic_fetch_or)
WDSPXE_INTERLOCKED_2(InterlockedXor, __atomic_fetch_xor)
WDSPXE_INTERLOCKED_2(InterlockedXor64, __atomic_fetch_xor)
WDSPXE_INTERLOCKED_3(InterlockedCompareExchange)
WDSPXE_INTERLOCKED_3(InterlockedCompareExchange64)

#undef WDSPXE_INTERLOCKED_1
#undef WDSPXE_INTERLOCKED_2
#undef WDSPXE_INTERLOCKED_3

inline PVOID InterlockedExchangePointer(PVOID volatile *target, PVOID value)
{
	return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}

inline PVOID InterlockedCompareExchangePointer(PVOID volatile *target, PVOID exchange,
					       PVOID comparand)
{
	return __sync_val_compare_and_swap(target, comparand, exchange);
}

} /* C++ */
#else

#define InterlockedIncrement(target)   __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedIncrement64(target) __atomic_add_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(target)   __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement64(target) __atomic_sub_fetch((target), 1, __ATOMIC_SEQ_CST)

#define InterlockedExchange(target, value) __atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchange64(target, value)                                                       \
	__atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangePointer(target, value)                                                  \
	__atomic_exchange_n((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(target, value)                                                      \
	__atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd64(target, value)                                                    \
	__atomic_fetch_add((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedExchangeSubtract(target, value)                                                 \
	__atomic_fetch_sub((target), (value), __ATOMIC_SEQ_CST)

#define InterlockedAnd(target, value)   __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedAnd64(target, value) __atomic_fetch_and((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr(target, value)    __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedOr64(target, value)  __atomic_fetch_or((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor(target, value)   __atomic_fetch_xor((target), (value), __ATOMIC_SEQ_CST)
#define InterlockedXor64(target, value) __atomic_fetch_xor((target), (value), __ATOMIC_SEQ_CST)

#define InterlockedCompareExchange(target, exchange, comparand)                                    \
	__sync_val_compare_and_swap((target), (comparand), (exchange))
#define InterlockedCompareExchange64(target, exchange, comparand)                                  \
	__sync_val_compare_and_swap((target), (comparand), (exchange))
#define InterlockedCompareExchangePointer(target, exchange, comparand)                             \
	__sync_val_compare_and_swap((target), (comparand), (exchange))

#endif

#define MemoryBarrier() __sync_synchronize()
#if defined(__x86_64__) || defined(__i386__)
#define YieldProcessor() __builtin_ia32_pause()
#elif defined(__aarch64__) || defined(__arm__)
#define YieldProcessor() __asm__ volatile("yield")
#else
#define YieldProcessor() ((void)0)
#endif

#endif
