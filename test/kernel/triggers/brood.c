/* SPDX-License-Identifier: Apache-2.0 */
/* A tree of processes that grows while it is killed: brood NAME PROGRAM TURN_US. Every process
 * begets others, in every way in which a child gets away from its parent: sessions of their own,
 * orphans, siblings, chains in which each process ends as soon as it has a child, children of
 * threads.
 *
 * The keeper is not of the tree. It prints the pid of the root. For each `x` on its input a process
 * of the tree runs PROGRAM, for each `o` the root opens it. At the end of the input the keeper asks
 * all to end, and prints how many were started and how many ended by themselves.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define POPULATION 20
#define CHAIN	   16
#define TURNS	   30

enum strike {
	STRIKE_NONE = 0,
	STRIKE_RUN = 1,
	STRIKE_OPEN = 2,
};

struct family {
	unsigned started;
	unsigned ended;
	unsigned turn;
	int strike; /* what the root is to do: enum strike */
	int stop;
};

static struct family *family;
static char *program;
static useconds_t turn_us;

static unsigned add(unsigned *number)
{
	return __atomic_add_fetch(number, 1, __ATOMIC_SEQ_CST);
}

static _Noreturn void end(void)
{
	add(&family->ended);
	_exit(0);
}

static _Noreturn void live(void);

/* Counted before it is there, so that none is missed. */
static pid_t beget(unsigned long flags)
{
	pid_t pid;

	add(&family->started);
	pid = flags ? syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0) : fork();
	if (pid < 0)
		add(&family->ended);
	return pid;
}

static void beget_orphan(void)
{
	if (beget(0))
		return;
	if (!beget(0))
		live();
	end();
}

static void beget_chain(void)
{
	if (beget(0))
		return;
	for (int i = 0; i < CHAIN && !family->stop; i++)
		if (beget(0))
			end();
	live();
}

static void *fork_in_thread(void *nothing)
{
	if (!beget(0))
		live();
	return nothing;
}

static void beget_by_thread(void)
{
	pthread_t thread;

	if (!pthread_create(&thread, NULL, fork_in_thread, NULL))
		pthread_join(thread, NULL);
}

static void beget_somehow(void)
{
	switch (add(&family->turn) % 6) {
	case 0:
		beget_orphan();
		break;
	case 1:
		beget_chain();
		break;
	case 2:
		beget_by_thread();
		break;
	case 3:
		if (!beget(CLONE_PARENT))
			live();
		break;
	case 4:
		if (!beget(0)) {
			setsid();
			live();
		}
		break;
	default:
		if (!beget(0))
			live();
	}
}

/* What it runs ends well, and is not counted. */
static void strike(void)
{
	switch (__atomic_exchange_n(&family->strike, STRIKE_NONE, __ATOMIC_SEQ_CST)) {
	case STRIKE_RUN:
		if (!vfork()) {
			execl(program, program, (char *)NULL);
			_exit(127);
		}
		break;
	case STRIKE_OPEN:
		close(open(program, O_RDONLY));
		break;
	}
}

static void take_turns(int turns)
{
	for (int turn = 0; turn != turns && !family->stop; turn++) {
		if (family->started - family->ended < POPULATION)
			beget_somehow();
		usleep(turn_us);
	}
}

static _Noreturn void live(void)
{
	take_turns(TURNS + family->turn % TURNS);
	end();
}

static _Noreturn void live_as_root(void)
{
	for (int turn = 0; !family->stop; turn++) {
		strike();
		take_turns(1);
	}
	end();
}

int main(int argc, char **argv)
{
	pid_t root;
	int key;

	if (argc != 4)
		return 2;
	program = argv[2];
	turn_us = strtoul(argv[3], NULL, 10);
	prctl(PR_SET_NAME, argv[1]);
	signal(SIGCHLD, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	family =
	    mmap(NULL, sizeof(*family), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (family == MAP_FAILED)
		return 1;
	root = beget(0);
	if (!root)
		live_as_root();
	prctl(PR_SET_NAME, "keeper");
	printf("{\"root\":%d}\n", root);
	while ((key = getchar()) != EOF)
		family->strike = key == 'o' ? STRIKE_OPEN : STRIKE_RUN;
	family->stop = 1;
	for (int wait = 0; wait < 2000 && family->started != family->ended; wait++)
		usleep(5000);
	printf("{\"started\":%u,\"ended\":%u}\n", family->started, family->ended);
	return 0;
}
