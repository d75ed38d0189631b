/* The first octets of the BIOS boot program: segments, the PXENV+ entry point, far calls.
 * On entry (PXE 2.1 §4.4): CS:IP = 0:7C00 or 7C0:0, ES:BX = the PXENV+ structure. */
	.code16
	.section .start, "ax"
	.globl _start
_start:
	cli
	xorw	%ax, %ax
	movw	%es:0x0a(%bx), %cx	/* PXENV+: real-mode entry point, offset */
	movw	%es:0x0c(%bx), %dx	/* and segment */
	movw	%ax, %ds
	movw	%ax, %es
	movw	%ax, %ss
	movl	$0x7c00, %esp		/* below us; the ROM's own memory is at the top */
	sti
	cld
	ljmp	$0, $1f
1:	movw	%cx, entry
	movw	%dx, entry + 2
	xorl	%ebp, %ebp
	calll	start_c

	.text
/* uint16_t pxenv_call(uint16_t function, void *parameters); C's arguments are 4 octets each. */
	.globl pxenv_call
pxenv_call:
	movl	4(%esp), %eax
	movl	8(%esp), %ecx
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushl	%ebp
	movw	%ax, %bx		/* PXENV+ takes the function in BX, the parameters at ES:DI */
	movw	%cx, %di
	lcallw	*entry
	popl	%ebp
	popl	%edi
	popl	%esi
	popl	%ebx
	movzwl	%ax, %eax
	xorw	%cx, %cx
	movw	%cx, %ds
	movw	%cx, %es
	cld
	sti
	retl

	.bss
	.p2align 2
entry:	.skip 4
