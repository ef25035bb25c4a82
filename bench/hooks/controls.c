/* SPDX-License-Identifier: Apache-2.0 */
/* Makes prctl(NUMBER) calls that no option of prctl has, so that they fail right after the security
 * hook: controls COUNT NUMBER.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	uint64_t calls;
	long number;

	if (count != 3)
		return 2;
	calls = strtoull(arguments[1], NULL, 10);
	number = strtol(arguments[2], NULL, 10);
	while (calls--)
		syscall(SYS_prctl, number, number, 0, 0, 0);
	return 0;
}
