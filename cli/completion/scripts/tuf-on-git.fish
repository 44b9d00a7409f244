# fish completion for tuf-on-git: asks the program itself, so it is never older than that.

function __tuf_on_git
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (command tuf-on-git complete -- $words[2..] $current 2>/dev/null)
    # A path may stand behind "file:", and behind the "=" of an option.
    set -l kept (string match -r -- '^(?:--[^=]+=)?(?:file:)?' $current)
    set -l rest (string sub -s (math (string length -- "$kept") + 1) -- $current)
    switch "$lines[1]"
        case files
            printf "$kept%s\n" (__fish_complete_path "$rest")
        case folders
            printf "$kept%s\n" (__fish_complete_directories "$rest" '')
    end
    string replace ' ' \t -- $lines[2..]
end

complete -c tuf-on-git -f -a '(__tuf_on_git)'
