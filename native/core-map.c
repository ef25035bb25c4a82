/* SPDX-License-Identifier: Apache-2.0 */
/* BPF maps: single rows, whole contents, pins. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include "core.h"

/* Rows asked for in one batch call: 4,096 rows of 64 bytes are one call and 256 KiB. */
#define BATCH_ROWS 4096

/* What the kernel answers where a map type does not know an operation; not in errno.h. */
#define KERNEL_ENOTSUPP 524

struct map {
	int fd;
	struct map_info info;
};

static bool map_type__is_per_cpu(uint32_t type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static size_t map__value_bytes(const struct bpf_map_info *info)
{
	int cpus = libbpf_num_possible_cpus();

	if (!map_type__is_per_cpu(info->type))
		return info->value_size;
	return (((size_t)info->value_size + 7) & ~(size_t)7) * (size_t)(cpus > 0 ? cpus : 1);
}

struct map *map__of_fd(int fd, struct failure *failure)
{
	struct bpf_map_info info = {0};
	uint32_t size = sizeof(info);
	struct map *map = calloc(1, sizeof(*map));
	int error = map ? bpf_obj_get_info_by_fd(fd, &info, &size) : -ENOMEM;

	if (error) {
		FAIL_CALL(failure, "ENGINE_MAP_FAILED", "bpf_obj_get_info_by_fd", error,
			  "map cannot be described: %s", strerror(-error));
		free(map);
		close(fd);
		return NULL;
	}
	map->fd = fd;
	memcpy(map->info.name, info.name, sizeof(map->info.name));
	map->info.name[sizeof(map->info.name) - 1] = '\0';
	map->info.type = info.type;
	map->info.key_size = info.key_size;
	map->info.value_size = info.value_size;
	map->info.max_entries = info.max_entries;
	map->info.id = info.id;
	map->info.value_bytes = map__value_bytes(&info);
	return map;
}

struct map *map__open_pinned(const char *path, struct failure *failure)
{
	int fd = bpf_obj_get(path);

	if (fd < 0) {
		FAIL_CALL(failure, fd == -ENOENT ? "ENGINE_MAP_MISSING" : "ENGINE_MAP_FAILED",
			  "bpf_obj_get", fd, "no map pinned at %s: %s", path, strerror(-fd));
		return NULL;
	}
	return map__of_fd(fd, failure);
}

void map__close(struct map *map)
{
	close(map->fd);
	free(map);
}

const struct map_info *map__info(const struct map *map)
{
	return &map->info;
}

int map__fd(const struct map *map)
{
	return map->fd;
}

static bool map__fail(const struct map *map, const char *call, int error, struct failure *failure)
{
	const char *text =
	    error == -KERNEL_ENOTSUPP ? "not supported by this map type" : strerror(-error);

	return FAIL_CALL(failure, "ENGINE_MAP_FAILED", call, error, "map %s: %s", map->info.name,
			 text);
}

bool map__pin(struct map *map, const char *path, struct failure *failure)
{
	int error = bpf_obj_pin(map->fd, path);

	return error ? map__fail(map, "bpf_obj_pin", error, failure) : true;
}

/* 1: found, 0: no such key, -1: failure. */
int map__get(struct map *map, const void *key, void *value, struct failure *failure)
{
	int error = bpf_map_lookup_elem(map->fd, key, value);

	if (!error)
		return 1;
	if (error == -ENOENT)
		return 0;
	map__fail(map, "bpf_map_lookup_elem", error, failure);
	return -1;
}

bool map__set(struct map *map, const void *key, const void *value, uint64_t flags,
	      struct failure *failure)
{
	int error = bpf_map_update_elem(map->fd, key, value, flags);

	return error ? map__fail(map, "bpf_map_update_elem", error, failure) : true;
}

/* 1: deleted, 0: no such key, -1: failure. */
int map__delete(struct map *map, const void *key, struct failure *failure)
{
	int error = bpf_map_delete_elem(map->fd, key);

	if (!error)
		return 1;
	if (error == -ENOENT)
		return 0;
	map__fail(map, "bpf_map_delete_elem", error, failure);
	return -1;
}

void map_rows__free(struct map_rows *rows)
{
	free(rows->keys);
	free(rows->values);
	memset(rows, 0, sizeof(*rows));
}

static bool map_rows__reserve(const struct map *map, struct map_rows *rows, uint64_t capacity)
{
	void *keys = realloc(rows->keys, capacity * map->info.key_size + 1);
	void *values;

	if (!keys)
		return false;
	rows->keys = keys;
	values = realloc(rows->values, capacity * map->info.value_bytes + 1);
	if (!values)
		return false;
	rows->values = values;
	return true;
}

static void *row__at(void *base, uint64_t index, size_t size)
{
	return (char *)base + index * size;
}

static bool error__means_no_batch(int error)
{
	return error == -KERNEL_ENOTSUPP || error == -EOPNOTSUPP || error == -EINVAL;
}

/* 0, or a negative errno. A hash bucket longer than the batch is answered with ENOSPC. */
static int map__read_batches(const struct map *map, struct map_rows *rows)
{
	size_t token_size = map->info.key_size > 8 ? map->info.key_size : 8;
	char *token = calloc(2, token_size);
	uint32_t want = map->info.max_entries < BATCH_ROWS ? map->info.max_entries : BATCH_ROWS;
	bool is_first = true;
	int error = token ? 0 : -ENOMEM;

	while (!error) {
		uint32_t count = want;

		if (!map_rows__reserve(map, rows, (uint64_t)rows->count + want)) {
			error = -ENOMEM;
			break;
		}
		error = bpf_map_lookup_batch(
		    map->fd, is_first ? NULL : token, token + token_size,
		    row__at(rows->keys, rows->count, map->info.key_size),
		    row__at(rows->values, rows->count, map->info.value_bytes), &count, NULL);
		if (error == -ENOSPC && want < map->info.max_entries) {
			want *= 2;
			error = 0;
			continue;
		}
		if (error && error != -ENOENT)
			break;
		rows->count += count;
		memcpy(token, token + token_size, token_size);
		is_first = false;
	}
	free(token);
	return error == -ENOENT ? 0 : error;
}

/* 0: a row was added or skipped because it was deleted between the two calls. */
static int map__read_row(const struct map *map, struct map_rows *rows, void *previous,
			 bool is_first)
{
	void *key = row__at(rows->keys, rows->count, map->info.key_size);
	void *value = row__at(rows->values, rows->count, map->info.value_bytes);
	int error = bpf_map_get_next_key(map->fd, is_first ? NULL : previous, key);

	if (error)
		return error;
	memcpy(previous, key, map->info.key_size);
	error = bpf_map_lookup_elem(map->fd, key, value);
	if (!error)
		rows->count++;
	/* ENOENT of a look-up must not be taken for the end of the walk. */
	return error == -ENOENT ? 0 : error;
}

/* Deleting the key the walk stands on restarts it in the kernel, so that the number of rows is
 * bounded here by what the map can hold.
 */
static int map__read_one_by_one(const struct map *map, struct map_rows *rows)
{
	void *previous = calloc(1, map->info.key_size + 1);
	bool is_first = true;
	uint64_t capacity = 0;
	int error = previous ? 0 : -ENOMEM;

	while (!error && rows->count < map->info.max_entries) {
		if (rows->count == capacity) {
			capacity = capacity ? capacity * 2 : 64;
			if (!map_rows__reserve(map, rows, capacity))
				error = -ENOMEM;
		}
		if (!error)
			error = map__read_row(map, rows, previous, is_first);
		is_first = false;
	}
	free(previous);
	return error == -ENOENT ? 0 : error;
}

bool map__rows(struct map *map, struct map_rows *rows, struct failure *failure)
{
	int error;

	memset(rows, 0, sizeof(*rows));
	error = map__read_batches(map, rows);
	if (error__means_no_batch(error)) {
		map_rows__free(rows);
		error = map__read_one_by_one(map, rows);
	}
	if (!error)
		return true;
	map_rows__free(rows);
	return map__fail(map, "bpf_map_lookup_batch", error, failure);
}

bool map__set_rows(struct map *map, const struct map_rows *rows, struct failure *failure)
{
	uint32_t count = rows->count;
	uint32_t index;
	int error;

	if (!count)
		return true;
	error = bpf_map_update_batch(map->fd, rows->keys, rows->values, &count, NULL);
	if (!error)
		return true;
	if (!error__means_no_batch(error))
		return map__fail(map, "bpf_map_update_batch", error, failure);
	for (index = 0; index < rows->count; index++)
		if (!map__set(map, row__at(rows->keys, index, map->info.key_size),
			      row__at(rows->values, index, map->info.value_bytes), 0, failure))
			return false;
	return true;
}
