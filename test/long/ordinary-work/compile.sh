# Configures, compiles, links, strips, tests and installs a small project with two compilers.
set -e
work=$(mktemp -d)
cd "$work"
for part in one two three; do
  printf '#include <stdio.h>\nint %s(int x) { return printf("%%d\\n", x); }\n' $part > $part.c
done
printf 'int one(int), two(int), three(int);\nint main(void) { return one(1) + two(2) + three(3) - 6; }\n' \
  > main.c
cat > configure <<'END'
#!/bin/sh
printf 'int main(void) { return 0; }\n' > conftest.c
${CC:-cc} conftest.c -o conftest && ./conftest && echo "CC = ${CC:-cc}" > config.mk
rm -f conftest conftest.c
END
cat > Makefile <<'END'
include config.mk
OBJECTS := main.o one.o two.o three.o
program: $(OBJECTS)
	$(CC) -o $@ $^
libparts.so: one.c two.c
	$(CC) -shared -fPIC -o $@ $^
check: program
	./program
install: program libparts.so
	install -D -m 755 program $(DESTDIR)/usr/bin/program
	install -D -m 644 libparts.so $(DESTDIR)/usr/lib/libparts.so
	strip $(DESTDIR)/usr/bin/program
clean:
	rm -f $(OBJECTS) program libparts.so
END
chmod 755 configure
for compiler in gcc clang; do
  CC=$compiler ./configure
  make -j 2
  make check
  make install DESTDIR="$work/stage"
  make clean
done
tar czf stage.tar.gz stage
objdump -d stage/usr/bin/program > listing
rm -rf "$work"
