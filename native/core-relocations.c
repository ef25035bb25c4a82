/* SPDX-License-Identifier: Apache-2.0 */
/* Which types an object file is relocated against. libbpf reads the same, but does not tell. */
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "core-relocations.h"

/* Its bytes are anything. */
struct section {
	const void *bytes;
	size_t size;
};

/* Start of the section .BTF.ext, as far as it is needed here. */
struct extension_header {
	uint16_t magic;
	uint8_t version;
	uint8_t flags;
	uint32_t header_size;
	uint32_t functions_offset;
	uint32_t functions_size;
	uint32_t lines_offset;
	uint32_t lines_size;
	uint32_t relocations_offset;
	uint32_t relocations_size;
};

static bool section__read(const struct section *section, size_t at, uint32_t *number)
{
	if (at > section->size || section->size - at < sizeof(*number))
		return false;
	memcpy(number, (const uint8_t *)section->bytes + at, sizeof(*number));
	return true;
}

static bool elf__find_section(Elf *elf, const char *wanted, struct section *section)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	const char *name;
	Elf_Data *data;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &header))
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (!name || strcmp(name, wanted))
			continue;
		data = elf_rawdata(scn, NULL);
		if (!data || !data->d_buf)
			return false;
		*section = (struct section){data->d_buf, data->d_size};
		return true;
	}
	return false;
}

/* For each program there are its name and number of relocations, and then those. */
static void section__visit(const struct section *section, relocation_visitor visit, void *context)
{
	struct extension_header header;
	size_t at, end;
	uint32_t entry, count, type;

	if (section->size < sizeof(header))
		return;
	memcpy(&header, section->bytes, sizeof(header));
	at = (size_t)header.header_size + header.relocations_offset;
	end = at + header.relocations_size;
	if (end > section->size || !section__read(section, at, &entry) || entry < 8)
		return;
	at += sizeof(entry);
	while (at < end && section__read(section, at + 4, &count))
		for (at += 8; count && at < end; count--, at += entry)
			if (section__read(section, at + 4, &type))
				visit(context, type);
}

void relocations__visit(const char *path, relocation_visitor visit, void *context)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct section section;
	Elf *elf;

	if (file < 0)
		return;
	elf_version(EV_CURRENT);
	elf = elf_begin(file, ELF_C_READ, NULL);
	if (elf && elf__find_section(elf, ".BTF.ext", &section))
		section__visit(&section, visit, context);
	elf_end(elf);
	close(file);
}
