/* Preloaded into a daemon under valgrind: takes back the word by which it would know, and give each
 * packet a piece of heap of its own. What is counted is what runs where nobody watches. */
#include <stdlib.h>

__attribute__((constructor)) static void forget(void)
{
	unsetenv("LD_PRELOAD");
}
