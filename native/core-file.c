/* SPDX-License-Identifier: Apache-2.0 */
/* Opening of object files: what libbpf would stumble over, and what it would search for too long.
 */
#include <errno.h>
#include <string.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include "core-excerpt.h"
#include "core-file.h"
#include "core-sound.h"

/* Files without type information are left to libbpf. */
static bool types__are_sound(const struct btf *btf, const char *path, struct failure *failure)
{
	uint32_t unsound = btf ? types__first_unsound(btf) : 0;

	if (!unsound)
		return true;
	return FAIL(failure, "ENGINE_OBJECT_CORRUPT",
		    "%s is not a usable BPF object: type %u refers to something that is not there",
		    path, unsound);
}

/* Options for an object file. False when its types are not sound. */
static bool options__choose(struct bpf_object_open_opts *options, const char *path,
			    char excerpt[EXCERPT_PATH_SIZE], struct failure *failure)
{
	struct btf *btf = btf__parse(path, NULL);
	bool is_sound = types__are_sound(btf, path, failure);

	if (is_sound && excerpt__find(path, btf, excerpt))
		options->btf_custom_path = excerpt;
	btf__free(btf);
	return is_sound;
}

struct bpf_object *file__open(const char *path, struct failure *failure)
{
	LIBBPF_OPTS(bpf_object_open_opts, options);
	char excerpt[EXCERPT_PATH_SIZE];
	struct bpf_object *object;
	int error;

	if (!options__choose(&options, path, excerpt, failure))
		return NULL;
	log__begin();
	errno = 0;
	object = bpf_object__open_file(path, &options);
	if (object)
		return object;
	error = errno;
	if (error == ENOENT || error == EACCES || error == ENOTDIR)
		FAIL_CALL(failure, "ENGINE_OBJECT_MISSING", "bpf_object__open_file", error,
			  "cannot open %s: %s", path, strerror(error));
	else
		FAIL_CALL(failure, "ENGINE_OBJECT_CORRUPT", "bpf_object__open_file", error,
			  "%s is not a usable BPF object: %s", path, strerror(error));
	return NULL;
}
