#!/bin/sh
# What a key of the account that takes pushes over SSH may do: talk git to one repository, under one name.
# Once in ~/.ssh/authorized_keys of that account for each person, on one line:
#
#   restrict,command="/usr/local/lib/tuf-on-git/git-over-ssh.sh alice /srv/tuf/repository.git" ssh-ed25519 AAAA… alice
#
# The path that git on the other side names is not looked at, and nothing else of what it sends ever becomes
# an argument. The name is what the log of the ref, and with it the record of each generation, say of a push.
name=$1
repository=$2
case $SSH_ORIGINAL_COMMAND in
"git-upload-pack "* | "git upload-pack "*) service=upload-pack ;;
"git-receive-pack "* | "git receive-pack "*) service=receive-pack ;;
*)
    echo "this account takes git fetch and git push, and nothing else" >&2
    exit 128
    ;;
esac
unset GIT_COMMITTER_DATE
export GIT_COMMITTER_NAME="$name" GIT_COMMITTER_EMAIL="$name@ssh"
exec git "$service" "$repository"
