/* SPDX-License-Identifier: Apache-2.0 */
/* Probes that programs mark themselves, without the headers of systemtap. */
#ifndef WARDER_TRIGGERS_MARK_H
#define WARDER_TRIGGERS_MARK_H

/* What sys/sdt.h would make of DTRACE_PROBE, for the arguments that the text names. */
#define MARK(name, semaphore, text, ...)                                                           \
	__asm__ volatile("990: nop\n"                                                              \
			 ".pushsection .note.stapsdt,\"\",\"note\"\n"                              \
			 ".balign 4\n"                                                             \
			 ".4byte 992f-991f, 994f-993f, 3\n"                                        \
			 "991: .asciz \"stapsdt\"\n"                                               \
			 "992: .balign 4\n"                                                        \
			 "993: .8byte 990b\n"                                                      \
			 ".8byte _.stapsdt.base\n"                                                 \
			 ".8byte " semaphore "\n"                                                  \
			 ".asciz \"warder\"\n"                                                     \
			 ".asciz \"" name "\"\n"                                                   \
			 ".asciz \"" text "\"\n"                                                   \
			 "994: .balign 4\n"                                                        \
			 ".popsection\n" ::__VA_ARGS__)

__asm__(".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
	".weak _.stapsdt.base\n"
	".hidden _.stapsdt.base\n"
	"_.stapsdt.base: .space 1\n"
	".size _.stapsdt.base,1\n"
	".popsection\n");

#endif
