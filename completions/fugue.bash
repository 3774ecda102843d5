# bash completion for fugue
# Generated from the registry of commands: change that, then run scripts/generate.ts.

# Commands that may follow: of nothing, or of a group.
_fugue_commands() {
  REPLY=
  case $1 in
    '') REPLY='new attach ls kill rename session tag env window layout sync split pane link clear-history send capture wait run events meta agents prompt agent presets mcp whoami msg buffer clients detach message serve stop upgrade status state service server discover logs doctor version tunnel proxy config keys completions help' ;;
    'session') REPLY='select next previous last rename kill' ;;
    'window') REPLY='new select next previous last move swap rotate rename kill find ls build' ;;
    'pane') REPLY='select resize zoom swap move join break mark rename kill link respawn pipe signal search display ls' ;;
    'agent') REPLY='next report explain requests allow refuse hook' ;;
    'msg') REPLY='send wait ls ack status help outbox deliver settle' ;;
    'buffer') REPLY='ls show set save paste delete' ;;
    'state') REPLY='purge' ;;
    'service') REPLY='install remove' ;;
    'server') REPLY='invite secret add ls show rm test' ;;
    'tunnel') REPLY='ls up stop restart logs' ;;
    'config') REPLY='path check show import-tmux' ;;
  esac
}

_fugue_options() {
  REPLY=
  case $1 in
    'new') REPLY='--attach -A --detached -d --dir -c --size --tag --preset -p --from --env --restore --private --on' ;;
    'attach') REPLY='--read-only -r --detach-others -d' ;;
    'ls') REPLY='--tree --cached' ;;
    'session select') REPLY='--client' ;;
    'session rename') REPLY='--target -t' ;;
    'session kill') REPLY='--others' ;;
    'tag') REPLY='--add --remove' ;;
    'env') REPLY='--set --unset' ;;
    'window new') REPLY='--name -n --index --detached -d --preset -p --dir -c --env' ;;
    'window next') REPLY='--alert -a' ;;
    'window previous') REPLY='--alert -a' ;;
    'window move') REPLY='--to --swap --renumber' ;;
    'window swap') REPLY='--with --next --previous' ;;
    'window rotate') REPLY='--down' ;;
    'window rename') REPLY='--target -t' ;;
    'window kill') REPLY='--others -a' ;;
    'window build') REPLY='--layout --name -n' ;;
    'layout') REPLY='--export --apply' ;;
    'sync') REPLY='--target -t' ;;
    'split') REPLY='--right --left --up --down --size --whole --name -n --on --detached -d --preset -p --dir -c --env' ;;
    'pane select') REPLY='--left --right --up --down --next --previous --last' ;;
    'pane resize') REPLY='--left --right --up --down --cols --rows' ;;
    'pane zoom') REPLY='--on --off' ;;
    'pane swap') REPLY='--with --up --down' ;;
    'pane move') REPLY='--to --right --left --up --down --size' ;;
    'pane join') REPLY='--from --right --left --up --down --size' ;;
    'pane break') REPLY='--name -n --to --detached -d' ;;
    'pane mark') REPLY='--clear' ;;
    'pane rename') REPLY='--target -t' ;;
    'pane kill') REPLY='--others -a' ;;
    'link') REPLY='--in --right --left --up --down --size' ;;
    'pane link') REPLY='--server-id --pane --name --right --left --up --down --size' ;;
    'pane respawn') REPLY='--kill -k --dir -c --env' ;;
    'pane search') REPLY='--regex -r --ignore-case -i --direction --line --column --inclusive' ;;
    'send') REPLY='--enter --paste --keys --tag' ;;
    'capture') REPLY='--history -S --styled -e --join -J --lines -n --since' ;;
    'wait') REPLY='--any --all --text --since --exit --idle --agent --timeout --tag' ;;
    'run') REPLY='--new --timeout --lines -n --dir -c --env' ;;
    'events') REPLY='--kind' ;;
    'meta') REPLY='--set --remove' ;;
    'prompt') REPLY='--answer --queue --wait --timeout' ;;
    'agent report') REPLY='--state --question --session --agent' ;;
    'msg send') REPLY='--target -t --tag --all --parent --reply --type --expire --id --carry' ;;
    'msg wait') REPLY='--target -t --type --after --timeout' ;;
    'msg ls') REPLY='--target -t --type' ;;
    'msg ack') REPLY='--target -t --all' ;;
    'msg outbox') REPLY='--wait' ;;
    'msg settle') REPLY='--failed' ;;
    'buffer set') REPLY='--name -b --file' ;;
    'buffer save') REPLY='--name -b --append -a' ;;
    'buffer paste') REPLY='--name -b --delete -d' ;;
    'detach') REPLY='--client --others -a' ;;
    'message') REPLY='--client' ;;
    'serve') REPLY='--listen --advertise --detach -d' ;;
    'stop') REPLY='--yes -y' ;;
    'upgrade') REPLY='--to --keeper' ;;
    'server invite') REPLY='--expires --url' ;;
    'server secret') REPLY='--renew' ;;
    'discover') REPLY='--wait' ;;
    'server add') REPLY='--invite --tunnel --ssh-port --identity --default' ;;
    'logs') REPLY='--follow -f --audit --lines -n' ;;
    'tunnel up') REPLY='--all' ;;
    'tunnel stop') REPLY='--all' ;;
    'tunnel restart') REPLY='--all' ;;
    'tunnel logs') REPLY='--follow -f --lines -n' ;;
    'proxy') REPLY='--where --mark --socket --no-start' ;;
  esac
  REPLY+=' --server -s --all-servers -a --addr --ephemeral --config --json --no-color --help -h --version -V'
}

# What completes the value of an option; empty if it takes none.
_fugue_value() {
  REPLY=
  case "$1:$2" in
    *':--server'|*':-s') REPLY='@server' ;;
    *':--addr') REPLY='-' ;;
    *':--config') REPLY='@files' ;;
    'new:--dir'|'new:-c') REPLY='@folders' ;;
    'new:--size') REPLY='-' ;;
    'new:--tag') REPLY='-' ;;
    'new:--preset'|'new:-p') REPLY='-' ;;
    'new:--from') REPLY='@folders' ;;
    'new:--env') REPLY='-' ;;
    'new:--restore') REPLY='off shell command' ;;
    'new:--on') REPLY='-' ;;
    'session select:--client') REPLY='@client' ;;
    'session rename:--target'|'session rename:-t') REPLY='@target' ;;
    'tag:--add') REPLY='-' ;;
    'tag:--remove') REPLY='-' ;;
    'env:--set') REPLY='-' ;;
    'env:--unset') REPLY='-' ;;
    'window new:--name'|'window new:-n') REPLY='-' ;;
    'window new:--index') REPLY='-' ;;
    'window new:--preset'|'window new:-p') REPLY='-' ;;
    'window new:--dir'|'window new:-c') REPLY='@folders' ;;
    'window new:--env') REPLY='-' ;;
    'window move:--to') REPLY='-' ;;
    'window swap:--with') REPLY='@target' ;;
    'window rename:--target'|'window rename:-t') REPLY='@target' ;;
    'window build:--layout') REPLY='@files' ;;
    'window build:--name'|'window build:-n') REPLY='-' ;;
    'layout:--apply') REPLY='@files' ;;
    'sync:--target'|'sync:-t') REPLY='@target' ;;
    'split:--size') REPLY='-' ;;
    'split:--name'|'split:-n') REPLY='-' ;;
    'split:--on') REPLY='-' ;;
    'split:--preset'|'split:-p') REPLY='-' ;;
    'split:--dir'|'split:-c') REPLY='@folders' ;;
    'split:--env') REPLY='-' ;;
    'pane resize:--left') REPLY='-' ;;
    'pane resize:--right') REPLY='-' ;;
    'pane resize:--up') REPLY='-' ;;
    'pane resize:--down') REPLY='-' ;;
    'pane resize:--cols') REPLY='-' ;;
    'pane resize:--rows') REPLY='-' ;;
    'pane swap:--with') REPLY='@target' ;;
    'pane move:--to') REPLY='@target' ;;
    'pane move:--size') REPLY='-' ;;
    'pane join:--from') REPLY='@target' ;;
    'pane join:--size') REPLY='-' ;;
    'pane break:--name'|'pane break:-n') REPLY='-' ;;
    'pane break:--to') REPLY='-' ;;
    'pane rename:--target'|'pane rename:-t') REPLY='@target' ;;
    'link:--in') REPLY='@target' ;;
    'link:--size') REPLY='-' ;;
    'pane link:--server-id') REPLY='-' ;;
    'pane link:--pane') REPLY='-' ;;
    'pane link:--name') REPLY='-' ;;
    'pane link:--size') REPLY='-' ;;
    'pane respawn:--dir'|'pane respawn:-c') REPLY='@folders' ;;
    'pane respawn:--env') REPLY='-' ;;
    'pane search:--direction') REPLY='forward backward' ;;
    'pane search:--line') REPLY='-' ;;
    'pane search:--column') REPLY='-' ;;
    'send:--tag') REPLY='-' ;;
    'capture:--history'|'capture:-S') REPLY='-' ;;
    'capture:--lines'|'capture:-n') REPLY='-' ;;
    'capture:--since') REPLY='-' ;;
    'wait:--text') REPLY='-' ;;
    'wait:--since') REPLY='-' ;;
    'wait:--idle') REPLY='-' ;;
    'wait:--agent') REPLY='idle working blocked done error exited' ;;
    'wait:--timeout') REPLY='-' ;;
    'wait:--tag') REPLY='-' ;;
    'run:--timeout') REPLY='-' ;;
    'run:--lines'|'run:-n') REPLY='-' ;;
    'run:--dir'|'run:-c') REPLY='@folders' ;;
    'run:--env') REPLY='-' ;;
    'events:--kind') REPLY='session window pane agent client connection' ;;
    'meta:--set') REPLY='-' ;;
    'meta:--remove') REPLY='-' ;;
    'prompt:--answer') REPLY='-' ;;
    'prompt:--wait') REPLY='idle working blocked done error exited' ;;
    'prompt:--timeout') REPLY='-' ;;
    'agent report:--state') REPLY='idle working blocked error exited' ;;
    'agent report:--question') REPLY='-' ;;
    'agent report:--session') REPLY='-' ;;
    'agent report:--agent') REPLY='-' ;;
    'msg send:--target'|'msg send:-t') REPLY='@session' ;;
    'msg send:--tag') REPLY='-' ;;
    'msg send:--reply') REPLY='-' ;;
    'msg send:--type') REPLY='-' ;;
    'msg send:--expire') REPLY='-' ;;
    'msg send:--id') REPLY='-' ;;
    'msg send:--carry') REPLY='-' ;;
    'msg wait:--target'|'msg wait:-t') REPLY='@session' ;;
    'msg wait:--type') REPLY='-' ;;
    'msg wait:--after') REPLY='-' ;;
    'msg wait:--timeout') REPLY='-' ;;
    'msg ls:--target'|'msg ls:-t') REPLY='@session' ;;
    'msg ls:--type') REPLY='-' ;;
    'msg ack:--target'|'msg ack:-t') REPLY='@session' ;;
    'msg outbox:--wait') REPLY='-' ;;
    'msg settle:--failed') REPLY='-' ;;
    'buffer set:--name'|'buffer set:-b') REPLY='@buffer' ;;
    'buffer set:--file') REPLY='@files' ;;
    'buffer save:--name'|'buffer save:-b') REPLY='@buffer' ;;
    'buffer paste:--name'|'buffer paste:-b') REPLY='@buffer' ;;
    'detach:--client') REPLY='@client' ;;
    'message:--client') REPLY='@client' ;;
    'serve:--listen') REPLY='-' ;;
    'upgrade:--to') REPLY='@files' ;;
    'server invite:--expires') REPLY='-' ;;
    'server invite:--url') REPLY='-' ;;
    'discover:--wait') REPLY='-' ;;
    'server add:--invite') REPLY='-' ;;
    'server add:--tunnel') REPLY='-' ;;
    'server add:--ssh-port') REPLY='-' ;;
    'server add:--identity') REPLY='@files' ;;
    'logs:--lines'|'logs:-n') REPLY='-' ;;
    'tunnel logs:--lines'|'tunnel logs:-n') REPLY='-' ;;
    'proxy:--mark') REPLY='-' ;;
    'proxy:--socket') REPLY='@files' ;;
  esac
}

# What completes the word at a position.
_fugue_position() {
  REPLY=
  case "$1:$2" in
    'new:'0) REPLY='-' ;;
    'attach:'0) REPLY='@target' ;;
    'ls:'0) REPLY='@session' ;;
    'kill:'0) REPLY='@target' ;;
    'rename:'0) REPLY='@target' ;;
    'rename:'1) REPLY='-' ;;
    'session select:'0) REPLY='@target' ;;
    'session rename:'0) REPLY='-' ;;
    'session kill:'0) REPLY='@session' ;;
    'tag:'0) REPLY='@session' ;;
    'env:'0) REPLY='@session' ;;
    'window new:'0) REPLY='@session' ;;
    'window select:'0) REPLY='@target' ;;
    'window next:'0) REPLY='@session' ;;
    'window previous:'0) REPLY='@session' ;;
    'window last:'0) REPLY='@session' ;;
    'window move:'0) REPLY='@target' ;;
    'window swap:'0) REPLY='@target' ;;
    'window rotate:'0) REPLY='@target' ;;
    'window rename:'0) REPLY='-' ;;
    'window kill:'0) REPLY='@target' ;;
    'window find:'0) REPLY='-' ;;
    'window ls:'0) REPLY='@session' ;;
    'window build:'0) REPLY='@session' ;;
    'layout:'0) REPLY='@target' ;;
    'layout:'1) REPLY='even-horizontal even-vertical main-horizontal main-vertical tiled spread next previous' ;;
    'sync:'0) REPLY='on off toggle' ;;
    'split:'0) REPLY='@target' ;;
    'pane select:'0) REPLY='@target' ;;
    'pane resize:'0) REPLY='@target' ;;
    'pane zoom:'0) REPLY='@target' ;;
    'pane swap:'0) REPLY='@target' ;;
    'pane move:'0) REPLY='@target' ;;
    'pane join:'0) REPLY='@target' ;;
    'pane break:'0) REPLY='@target' ;;
    'pane mark:'0) REPLY='@target' ;;
    'pane rename:'0) REPLY='-' ;;
    'pane kill:'0) REPLY='@target' ;;
    'link:'0) REPLY='@target' ;;
    'pane link:'0) REPLY='@target' ;;
    'pane respawn:'0) REPLY='@target' ;;
    'pane pipe:'0) REPLY='@target' ;;
    'pane signal:'0) REPLY='@target' ;;
    'pane signal:'1) REPLY='-' ;;
    'pane search:'0) REPLY='@target' ;;
    'pane search:'1) REPLY='-' ;;
    'pane display:'0) REPLY='@target' ;;
    'pane ls:'0) REPLY='@target' ;;
    'clear-history:'0) REPLY='@target' ;;
    'send:'0) REPLY='@target' ;;
    'send:'*) REPLY='-' ;;
    'capture:'*) REPLY='@target' ;;
    'wait:'*) REPLY='@target' ;;
    'run:'*) REPLY='@target' ;;
    'events:'0) REPLY='@target' ;;
    'meta:'0) REPLY='@target' ;;
    'agents:'0) REPLY='@session' ;;
    'prompt:'0) REPLY='@target' ;;
    'prompt:'1) REPLY='-' ;;
    'agent report:'0) REPLY='@target' ;;
    'agent explain:'0) REPLY='@target' ;;
    'agent allow:'0) REPLY='-' ;;
    'agent refuse:'0) REPLY='-' ;;
    'agent hook:'0) REPLY='claude codex' ;;
    'agent hook:'1) REPLY='-' ;;
    'mcp:'0) REPLY='install uninstall allow disallow' ;;
    'mcp:'1) REPLY='-' ;;
    'msg send:'0) REPLY='-' ;;
    'msg ack:'*) REPLY='-' ;;
    'msg status:'0) REPLY='-' ;;
    'msg help:'0) REPLY='-' ;;
    'msg deliver:'0) REPLY='-' ;;
    'msg settle:'*) REPLY='-' ;;
    'buffer show:'0) REPLY='@buffer' ;;
    'buffer set:'0) REPLY='-' ;;
    'buffer save:'0) REPLY='@files' ;;
    'buffer paste:'0) REPLY='@target' ;;
    'buffer delete:'0) REPLY='@buffer' ;;
    'message:'0) REPLY='-' ;;
    'state purge:'0) REPLY='@session' ;;
    'server add:'0) REPLY='-' ;;
    'server add:'1) REPLY='-' ;;
    'server show:'0) REPLY='@server' ;;
    'server rm:'0) REPLY='@server' ;;
    'server test:'0) REPLY='@server' ;;
    'tunnel up:'*) REPLY='@server' ;;
    'tunnel stop:'*) REPLY='@server' ;;
    'tunnel restart:'*) REPLY='@server' ;;
    'tunnel logs:'0) REPLY='@server' ;;
    'config check:'0) REPLY='@files' ;;
    'config import-tmux:'0) REPLY='@files' ;;
    'completions:'0) REPLY='bash zsh fish' ;;
  esac
}

_fugue_source() {
  local source=$1 cur=$2 exe=$3 line
  case $source in
    @files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    @folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    @*)
      while IFS= read -r line; do
        line=${line%%$'\t'*}
        [[ $line == "$cur"* ]] && COMPREPLY+=("$line")
      done < <("$exe" __complete "${source#@}" 2>/dev/null)
      ;;
    -|'') ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$source" -- "$cur") ;;
  esac
}

_fugue() {
  local exe=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} command='' source='' word REPLY
  local -i at=1 count=0
  COMPREPLY=()
  while (( at < COMP_CWORD )); do
    word=${COMP_WORDS[at]}
    at+=1
    if [[ $word == '=' && -n $source ]]; then continue; fi
    if [[ -n $source ]]; then source=''; continue; fi
    if [[ $word == -- ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
      (( at == COMP_CWORD )) && mapfile -t COMPREPLY < <(compgen -c -- "$cur")
      return
    fi
    if [[ $word == -?* ]]; then
      _fugue_value "$command" "$word"
      source=$REPLY
      continue
    fi
    _fugue_commands "$command"
    if [[ -n $REPLY ]]; then command=${command:+$command }$word; else count+=1; fi
  done
  [[ $cur == '=' ]] && cur=''
  if [[ -n $source ]]; then
    _fugue_source "$source" "$cur" "$exe"
  elif [[ $cur == -* ]]; then
    _fugue_options "$command"
    mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$cur")
  else
    _fugue_commands "$command"
    if [[ -z $REPLY ]]; then _fugue_position "$command" "$count"; fi
    _fugue_source "$REPLY" "$cur" "$exe"
  fi
}

complete -F _fugue fugue
