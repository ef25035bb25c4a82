# A day with git: a repository, branches, a merge, a clone, hooks, history, and the collection of garbage.
set -e
work=$(mktemp -d)
export GIT_AUTHOR_NAME=Somebody GIT_AUTHOR_EMAIL=somebody@example.org
export GIT_COMMITTER_NAME=Somebody GIT_COMMITTER_EMAIL=somebody@example.org
cd "$work"
git init -q -b main project
cd project
printf '#!/bin/sh\ngit diff --cached --check\n' > .git/hooks/pre-commit
chmod 755 .git/hooks/pre-commit
for number in $(seq 1 8); do
  echo "line $number" >> notes
  git add notes
  git commit -q -m "Note $number"
done
git switch -q -c idea HEAD~3
echo idea > idea
git add idea
git commit -q -m 'Have an idea'
git switch -q main
git merge -q -m 'Take the idea' idea
git clone -q --bare . ../copy.git
git clone -q ../copy.git ../copy
git -C ../copy log --stat > /dev/null
git -C ../copy pull -q
git gc -q
git fsck
git archive -o ../project.tar.gz HEAD
git blame notes > /dev/null
cd /
rm -rf "$work"
