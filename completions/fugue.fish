# fish completion for fugue
# Generated from the registry of commands: change that, then run scripts/generate.ts.

# Names that the server knows: one NAME<TAB>DESCRIPTION a line.
function __fugue_names
    set -l words (commandline -opc)
    command $words[1] __complete $argv[1] 2>/dev/null
end

# Words before the cursor that are neither options nor values of the options given as arguments.
function __fugue_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if test "$word" = --
            return
        else if contains -- "$word" --server -s --addr --config $argv
            set skip 1
        else if not string match -q -- '-?*' "$word"
            echo -- $word
        end
    end
end

# Whether the words begin with a command.
function __fugue_in
    string match -q -- "$argv[1] *" (__fugue_words | string join ' ')' '
end

# Whether the cursor is at a position of a command: __fugue_at NAME N|N- [OPTION...].
function __fugue_at
    __fugue_rest; and return 1
    set -l name (string split -n ' ' -- $argv[1])
    set -l words (__fugue_words $argv[3..-1])
    if test -n "$argv[1]"
        string match -q -- "$argv[1] *" "$words "; or return 1
    end
    set -l position (math (count $words) - (count $name))
    if string match -q -- '*-' $argv[2]
        test $position -ge (string trim -c - -- $argv[2])
    else
        test $position -eq $argv[2]
    end
end

# Whether a -- stands before the cursor: a program follows.
function __fugue_rest
    contains -- -- (commandline -opc)
end

complete -c fugue -f
complete -c fugue -s s -l server -x -a '(__fugue_names server)' -d 'server of the configuration to speak to'
complete -c fugue -l addr -x -d 'address of the server to speak to: unix://PATH, tcp://HOST:PORT, …'
complete -c fugue -l config -r -F -d 'configuration file in place of the user\'s own'
complete -c fugue -l json -d 'print the result as JSON'
complete -c fugue -l no-color -d 'no colours; NO_COLOR does the same'
complete -c fugue -s h -l help -d 'show how a command is used'
complete -c fugue -s V -l version -d 'print the release'
complete -c fugue -n "__fugue_at '' 0" -a new -d 'Create a session'
complete -c fugue -n "__fugue_at '' 0" -a attach -d 'Show a session on this terminal'
complete -c fugue -n "__fugue_at '' 0" -a ls -d 'List sessions'
complete -c fugue -n "__fugue_at '' 0" -a kill -d 'End a session, window or pane with its programs'
complete -c fugue -n "__fugue_at '' 0" -a rename -d 'Name a session, window or pane'
complete -c fugue -n "__fugue_at '' 0" -a session -d 'Go to, name and end sessions'
complete -c fugue -n "__fugue_at '' 0" -a window -d 'Create, show, arrange and end windows'
complete -c fugue -n "__fugue_at '' 0" -a layout -d 'Arrange the panes of a window'
complete -c fugue -n "__fugue_at '' 0" -a sync -d 'Send what is typed in a window to all of its panes'
complete -c fugue -n "__fugue_at '' 0" -a split -d 'Divide a pane and start a program in the new one'
complete -c fugue -n "__fugue_at '' 0" -a pane -d 'Show, arrange and end panes'
complete -c fugue -n "__fugue_at '' 0" -a clear-history -d 'Forget the history of a pane'
complete -c fugue -n "__fugue_at '' 0" -a send -d 'Type text or keys into a pane'
complete -c fugue -n "__fugue_at '' 0" -a capture -d 'Print what a pane shows'
complete -c fugue -n "__fugue_at '' 0" -a wait -d 'Wait until panes print a text, fall silent, or end'
complete -c fugue -n "__fugue_at '' 0" -a mcp -d 'Run the MCP server for an agent'
complete -c fugue -n "__fugue_at '' 0" -a buffer -d 'Use the paste buffers'
complete -c fugue -n "__fugue_at '' 0" -a clients -d 'List the clients that are attached'
complete -c fugue -n "__fugue_at '' 0" -a detach -d 'Detach a client from its terminal'
complete -c fugue -n "__fugue_at '' 0" -a message -d 'Show a message to a client'
complete -c fugue -n "__fugue_at '' 0" -a serve -d 'Run a server'
complete -c fugue -n "__fugue_at '' 0" -a stop -d 'End a server with all sessions and programs'
complete -c fugue -n "__fugue_at '' 0" -a status -d 'Show the state of a server'
complete -c fugue -n "__fugue_at '' 0" -a logs -d 'Print the logs of this machine\'s server'
complete -c fugue -n "__fugue_at '' 0" -a doctor -d 'Look for what keeps fugue from working well'
complete -c fugue -n "__fugue_at '' 0" -a version -d 'Print the release of this executable'
complete -c fugue -n "__fugue_at '' 0" -a config -d 'Look at the configuration'
complete -c fugue -n "__fugue_at '' 0" -a keys -d 'List the key bindings that are in force'
complete -c fugue -n "__fugue_at '' 0" -a completions -d 'Print a script that completes fugue\'s commands in a shell'
complete -c fugue -n "__fugue_at '' 0" -a help -d 'Show how a command is used'
complete -c fugue -n "__fugue_in 'new'" -s A -l attach -d 'use the session of that name if there is one'
complete -c fugue -n "__fugue_in 'new'" -s d -l detached -d 'don\'t show the session'
complete -c fugue -n "__fugue_in 'new'" -s c -l dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'working folder; default: the current one'
complete -c fugue -n "__fugue_in 'new'" -l size -x -d 'size until somebody attaches; default: that of the terminal, or 80x24'
complete -c fugue -n "__fugue_in 'new'" -l tag -x -d 'word to find and group sessions by'
complete -c fugue -n "__fugue_in 'new'" -l env -x -d 'variable for its environment'
complete -c fugue -n "__fugue_in 'new'; and __fugue_rest" -F
complete -c fugue -n "__fugue_in 'attach'" -s r -l read-only -d 'only watch: keys are not sent to programs'
complete -c fugue -n "__fugue_in 'attach'" -s d -l detach-others -d 'detach the other terminals that show the session'
complete -c fugue -n "__fugue_at 'attach' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'ls'" -l tree -d 'show windows and panes as well'
complete -c fugue -n "__fugue_at 'ls' 0" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_at 'kill' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at 'rename' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at session 0" -a select -d 'Show another session to a client'
complete -c fugue -n "__fugue_in 'session select'" -l client -x -a '(__fugue_names client)' -d 'client to show it to; default: the caller'
complete -c fugue -n "__fugue_at 'session select' 0 --client" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at session 0" -a next -d 'Show the next session'
complete -c fugue -n "__fugue_at session 0" -a previous -d 'Show the previous session'
complete -c fugue -n "__fugue_at session 0" -a last -d 'Show the session shown before'
complete -c fugue -n "__fugue_at session 0" -a rename -d 'Name a session'
complete -c fugue -n "__fugue_in 'session rename'" -s t -l target -x -a '(__fugue_names target)' -d 'session; default: the current one'
complete -c fugue -n "__fugue_at session 0" -a kill -d 'End a session with its programs'
complete -c fugue -n "__fugue_in 'session kill'" -l others -d 'end all sessions but this one'
complete -c fugue -n "__fugue_at 'session kill' 0" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_at window 0" -a new -d 'Create a window'
complete -c fugue -n "__fugue_in 'window new'" -s n -l name -x -d 'its name; default: that of its program'
complete -c fugue -n "__fugue_in 'window new'" -l index -x -d 'its number; default: the lowest free one'
complete -c fugue -n "__fugue_in 'window new'" -s d -l detached -d 'leave the focus where it is'
complete -c fugue -n "__fugue_in 'window new'" -s c -l dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'working folder; default: that of the pane it starts from'
complete -c fugue -n "__fugue_in 'window new'" -l env -x -d 'variable for its environment'
complete -c fugue -n "__fugue_at 'window new' 0 --name -n --index --dir -c --env" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_in 'window new'; and __fugue_rest" -F
complete -c fugue -n "__fugue_at window 0" -a select -d 'Show a window'
complete -c fugue -n "__fugue_at 'window select' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at window 0" -a next -d 'Show the next window'
complete -c fugue -n "__fugue_in 'window next'" -s a -l alert -d 'only windows with a bell or activity'
complete -c fugue -n "__fugue_at 'window next' 0" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_at window 0" -a previous -d 'Show the previous window'
complete -c fugue -n "__fugue_in 'window previous'" -s a -l alert -d 'only windows with a bell or activity'
complete -c fugue -n "__fugue_at 'window previous' 0" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_at window 0" -a last -d 'Show the window shown before'
complete -c fugue -n "__fugue_at 'window last' 0" -a '(__fugue_names session)'
complete -c fugue -n "__fugue_at window 0" -a move -d 'Move a window to another number or session'
complete -c fugue -n "__fugue_in 'window move'" -l to -x -d 'INDEX, SESSION or SESSION/INDEX'
complete -c fugue -n "__fugue_in 'window move'" -l swap -d 'change places with the window that is there'
complete -c fugue -n "__fugue_in 'window move'" -l renumber -d 'number all windows of the session anew, without gaps'
complete -c fugue -n "__fugue_at 'window move' 0 --to" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at window 0" -a swap -d 'Exchange the places of two windows'
complete -c fugue -n "__fugue_in 'window swap'" -l with -x -a '(__fugue_names target)' -d 'the other window'
complete -c fugue -n "__fugue_in 'window swap'" -l next -d 'with the window after it'
complete -c fugue -n "__fugue_in 'window swap'" -l previous -d 'with the window before it'
complete -c fugue -n "__fugue_at 'window swap' 0 --with" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at window 0" -a rotate -d 'Move every pane of a window to the place of the one before it'
complete -c fugue -n "__fugue_in 'window rotate'" -l down -d 'to the place of the one after it'
complete -c fugue -n "__fugue_at 'window rotate' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at window 0" -a rename -d 'Name a window'
complete -c fugue -n "__fugue_in 'window rename'" -s t -l target -x -a '(__fugue_names target)' -d 'window; default: the current one'
complete -c fugue -n "__fugue_at window 0" -a kill -d 'End a window with its programs'
complete -c fugue -n "__fugue_in 'window kill'" -s a -l others -d 'end all windows of its session but this one'
complete -c fugue -n "__fugue_at 'window kill' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at window 0" -a find -d 'Find windows by name, title or visible text'
complete -c fugue -n "__fugue_in 'layout'" -l export -d 'print the layout as it is'
complete -c fugue -n "__fugue_in 'layout'" -l apply -r -F -d 'arrange as the file says; - is standard input'
complete -c fugue -n "__fugue_at 'layout' 0 --apply" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at 'layout' 1 --apply" -a 'even-horizontal even-vertical main-horizontal main-vertical tiled spread next previous'
complete -c fugue -n "__fugue_in 'sync'" -s t -l target -x -a '(__fugue_names target)' -d 'window; default: the current one'
complete -c fugue -n "__fugue_at 'sync' 0 --target -t" -a 'on off toggle'
complete -c fugue -n "__fugue_in 'split'" -l right -d 'to the right of it'
complete -c fugue -n "__fugue_in 'split'" -l left -d 'to the left of it'
complete -c fugue -n "__fugue_in 'split'" -l up -d 'above it'
complete -c fugue -n "__fugue_in 'split'" -l down -d 'below it (the default)'
complete -c fugue -n "__fugue_in 'split'" -l size -x -d 'its size in cells, or a share of what is divided'
complete -c fugue -n "__fugue_in 'split'" -l whole -d 'divide the whole window instead of the pane'
complete -c fugue -n "__fugue_in 'split'" -s n -l name -x -d 'name of the new pane; default: the title that its program sets'
complete -c fugue -n "__fugue_in 'split'" -s d -l detached -d 'leave the focus where it is'
complete -c fugue -n "__fugue_in 'split'" -s c -l dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'working folder; default: that of the pane it starts from'
complete -c fugue -n "__fugue_in 'split'" -l env -x -d 'variable for its environment'
complete -c fugue -n "__fugue_at 'split' 0 --size --name -n --dir -c --env" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'split'; and __fugue_rest" -F
complete -c fugue -n "__fugue_at pane 0" -a select -d 'Move the focus to a pane'
complete -c fugue -n "__fugue_in 'pane select'" -l left -d 'the pane to the left'
complete -c fugue -n "__fugue_in 'pane select'" -l right -d 'the pane to the right'
complete -c fugue -n "__fugue_in 'pane select'" -l up -d 'the pane above'
complete -c fugue -n "__fugue_in 'pane select'" -l down -d 'the pane below'
complete -c fugue -n "__fugue_in 'pane select'" -l next -d 'the pane after it'
complete -c fugue -n "__fugue_in 'pane select'" -l previous -d 'the pane before it'
complete -c fugue -n "__fugue_in 'pane select'" -l last -d 'the pane in focus before'
complete -c fugue -n "__fugue_at 'pane select' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a resize -d 'Change the size of a pane'
complete -c fugue -n "__fugue_in 'pane resize'" -l left -x -d 'move a border to the left'
complete -c fugue -n "__fugue_in 'pane resize'" -l right -x -d 'move a border to the right'
complete -c fugue -n "__fugue_in 'pane resize'" -l up -x -d 'move a border up'
complete -c fugue -n "__fugue_in 'pane resize'" -l down -x -d 'move a border down'
complete -c fugue -n "__fugue_in 'pane resize'" -l cols -x -d 'width in cells, or as a share of the window'
complete -c fugue -n "__fugue_in 'pane resize'" -l rows -x -d 'height in cells, or as a share of the window'
complete -c fugue -n "__fugue_at 'pane resize' 0 --left --right --up --down --cols --rows" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a zoom -d 'Let a pane fill its window, or end that'
complete -c fugue -n "__fugue_in 'pane zoom'" -l on -d 'fill the window'
complete -c fugue -n "__fugue_in 'pane zoom'" -l off -d 'show all panes again'
complete -c fugue -n "__fugue_at 'pane zoom' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a swap -d 'Exchange the places of two panes'
complete -c fugue -n "__fugue_in 'pane swap'" -l with -x -a '(__fugue_names target)' -d 'the other pane, of any window'
complete -c fugue -n "__fugue_in 'pane swap'" -l up -d 'with the pane before it'
complete -c fugue -n "__fugue_in 'pane swap'" -l down -d 'with the pane after it'
complete -c fugue -n "__fugue_at 'pane swap' 0 --with" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a move -d 'Move a pane beside another one'
complete -c fugue -n "__fugue_in 'pane move'" -l to -x -a '(__fugue_names target)' -d 'pane to put it beside, of any window'
complete -c fugue -n "__fugue_in 'pane move'" -l right -d 'to the right of it'
complete -c fugue -n "__fugue_in 'pane move'" -l left -d 'to the left of it'
complete -c fugue -n "__fugue_in 'pane move'" -l up -d 'above it'
complete -c fugue -n "__fugue_in 'pane move'" -l down -d 'below it (the default)'
complete -c fugue -n "__fugue_in 'pane move'" -l size -x -d 'its size in cells, or a share of what is divided'
complete -c fugue -n "__fugue_at 'pane move' 0 --to --size" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a join -d 'Fetch a pane of another window and put it beside this one'
complete -c fugue -n "__fugue_in 'pane join'" -l from -x -a '(__fugue_names target)' -d 'pane to fetch; default: the marked one'
complete -c fugue -n "__fugue_in 'pane join'" -l right -d 'to the right of it'
complete -c fugue -n "__fugue_in 'pane join'" -l left -d 'to the left of it'
complete -c fugue -n "__fugue_in 'pane join'" -l up -d 'above it'
complete -c fugue -n "__fugue_in 'pane join'" -l down -d 'below it (the default)'
complete -c fugue -n "__fugue_in 'pane join'" -l size -x -d 'its size in cells, or a share of what is divided'
complete -c fugue -n "__fugue_at 'pane join' 0 --from --size" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a break -d 'Move a pane to a window of its own'
complete -c fugue -n "__fugue_in 'pane break'" -s n -l name -x -d 'name of the window'
complete -c fugue -n "__fugue_in 'pane break'" -l to -x -d 'INDEX, SESSION or SESSION/INDEX; default: the lowest free number of its session'
complete -c fugue -n "__fugue_in 'pane break'" -s d -l detached -d 'leave the focus where it is'
complete -c fugue -n "__fugue_at 'pane break' 0 --name -n --to" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a mark -d 'Mark a pane for swap and join, or remove its mark'
complete -c fugue -n "__fugue_in 'pane mark'" -l clear -d 'remove the mark, wherever it is'
complete -c fugue -n "__fugue_at 'pane mark' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a rename -d 'Name a pane'
complete -c fugue -n "__fugue_in 'pane rename'" -s t -l target -x -a '(__fugue_names target)' -d 'pane; default: the current one'
complete -c fugue -n "__fugue_at pane 0" -a kill -d 'End a pane with its program'
complete -c fugue -n "__fugue_in 'pane kill'" -s a -l others -d 'end all panes of its window but this one'
complete -c fugue -n "__fugue_at 'pane kill' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a respawn -d 'Start a program anew in a pane'
complete -c fugue -n "__fugue_in 'pane respawn'" -s k -l kill -d 'end the program that still runs in it'
complete -c fugue -n "__fugue_in 'pane respawn'" -s c -l dir -x -a '(__fish_complete_directories (commandline -ct))' -d 'working folder; default: that of the pane it starts from'
complete -c fugue -n "__fugue_in 'pane respawn'" -l env -x -d 'variable for its environment'
complete -c fugue -n "__fugue_at 'pane respawn' 0 --dir -c --env" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'pane respawn'; and __fugue_rest" -F
complete -c fugue -n "__fugue_at pane 0" -a pipe -d 'Copy what a pane prints to a program, or stop that'
complete -c fugue -n "__fugue_at 'pane pipe' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'pane pipe'; and __fugue_rest" -F
complete -c fugue -n "__fugue_at pane 0" -a signal -d 'Send a signal to the program in a pane'
complete -c fugue -n "__fugue_at 'pane signal' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a search -d 'Find a text in a pane\'s history and screen'
complete -c fugue -n "__fugue_in 'pane search'" -s r -l regex -d 'TEXT is a regular expression'
complete -c fugue -n "__fugue_in 'pane search'" -s i -l ignore-case -d 'capitals don\'t matter'
complete -c fugue -n "__fugue_in 'pane search'" -l direction -x -a 'forward backward' -d 'default: backward'
complete -c fugue -n "__fugue_in 'pane search'" -l line -x -d 'line to go on from; default: the end'
complete -c fugue -n "__fugue_in 'pane search'" -l column -x -d 'column to go on from'
complete -c fugue -n "__fugue_in 'pane search'" -l inclusive -d 'a match that begins at this place counts'
complete -c fugue -n "__fugue_at 'pane search' 0 --direction --line --column" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at pane 0" -a display -d 'Show what is known about a pane'
complete -c fugue -n "__fugue_at 'pane display' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at 'clear-history' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'send'" -l enter -d 'press Enter at the end'
complete -c fugue -n "__fugue_in 'send'" -l paste -d 'as a paste'
complete -c fugue -n "__fugue_in 'send'" -l keys -d 'the words are names of keys'
complete -c fugue -n "__fugue_at 'send' 0" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'capture'" -s S -l history -x -d 'lines of history before the screen'
complete -c fugue -n "__fugue_in 'capture'" -s e -l styled -d 'with escape sequences for colours and attributes'
complete -c fugue -n "__fugue_in 'capture'" -s J -l join -d 'lines as the program wrote them, however they were wrapped'
complete -c fugue -n "__fugue_in 'capture'" -s n -l lines -x -d 'only the last N of these lines'
complete -c fugue -n "__fugue_in 'capture'" -l since -x -d 'only what was printed after this position, as the program wrote it'
complete -c fugue -n "__fugue_at 'capture' 0 --history -S --lines -n --since" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_in 'wait'" -l any -d 'until it holds for one of them'
complete -c fugue -n "__fugue_in 'wait'" -l all -d 'until it holds for each of them (the default)'
complete -c fugue -n "__fugue_in 'wait'" -l text -x -d 'until a line matches'
complete -c fugue -n "__fugue_in 'wait'" -l since -x -d 'only text printed after this position'
complete -c fugue -n "__fugue_in 'wait'" -l exit -d 'until the program has ended'
complete -c fugue -n "__fugue_in 'wait'" -l idle -x -d 'until nothing was printed for this long: 500ms, 2s'
complete -c fugue -n "__fugue_in 'wait'" -l timeout -x -d 'give up after this long: 30s, 5m'
complete -c fugue -n "__fugue_at 'wait' 0- --text --since --idle --timeout" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at buffer 0" -a ls -d 'List the paste buffers, newest first'
complete -c fugue -n "__fugue_at buffer 0" -a show -d 'Print a paste buffer'
complete -c fugue -n "__fugue_at 'buffer show' 0" -a '(__fugue_names buffer)'
complete -c fugue -n "__fugue_at buffer 0" -a set -d 'Put a text into a paste buffer'
complete -c fugue -n "__fugue_in 'buffer set'" -s b -l name -x -a '(__fugue_names buffer)' -d 'buffer to replace; default: a new one'
complete -c fugue -n "__fugue_in 'buffer set'" -l file -r -F -d 'take the text of this file'
complete -c fugue -n "__fugue_at buffer 0" -a save -d 'Write a paste buffer to a file'
complete -c fugue -n "__fugue_in 'buffer save'" -s b -l name -x -a '(__fugue_names buffer)' -d 'buffer; default: the newest'
complete -c fugue -n "__fugue_in 'buffer save'" -s a -l append -d 'add to the file instead of replacing it'
complete -c fugue -n "__fugue_at 'buffer save' 0 --name -b" -F
complete -c fugue -n "__fugue_at buffer 0" -a paste -d 'Paste a buffer into a pane'
complete -c fugue -n "__fugue_in 'buffer paste'" -s b -l name -x -a '(__fugue_names buffer)' -d 'buffer; default: the newest'
complete -c fugue -n "__fugue_in 'buffer paste'" -s d -l delete -d 'forget the buffer afterwards'
complete -c fugue -n "__fugue_at 'buffer paste' 0 --name -b" -a '(__fugue_names target)'
complete -c fugue -n "__fugue_at buffer 0" -a delete -d 'Forget a paste buffer'
complete -c fugue -n "__fugue_at 'buffer delete' 0" -a '(__fugue_names buffer)'
complete -c fugue -n "__fugue_in 'detach'" -l client -x -a '(__fugue_names client)' -d 'this client (see: fugue clients)'
complete -c fugue -n "__fugue_in 'detach'" -s a -l others -d 'all clients but the caller\'s own'
complete -c fugue -n "__fugue_in 'message'" -l client -x -a '(__fugue_names client)' -d 'this client; default: the caller'
complete -c fugue -n "__fugue_in 'serve'" -l listen -x -d 'address to listen on as well: unix://PATH'
complete -c fugue -n "__fugue_in 'serve'" -s d -l detach -d 'go to the background once it answers'
complete -c fugue -n "__fugue_in 'stop'" -s y -l yes -d 'don\'t ask'
complete -c fugue -n "__fugue_in 'logs'" -s f -l follow -d 'go on with what is written later'
complete -c fugue -n "__fugue_in 'logs'" -s n -l lines -x -d 'how many lines; default: 100'
complete -c fugue -n "__fugue_at config 0" -a path -d 'Print the path of the configuration file'
complete -c fugue -n "__fugue_at config 0" -a check -d 'Check the configuration file'
complete -c fugue -n "__fugue_at 'config check' 0" -F
complete -c fugue -n "__fugue_at config 0" -a show -d 'Print the settings that are in force'
complete -c fugue -n "__fugue_at config 0" -a import-tmux -d 'Print a configuration made from that of tmux'
complete -c fugue -n "__fugue_at 'config import-tmux' 0" -F
complete -c fugue -n "__fugue_at 'completions' 0" -a 'bash zsh fish'
