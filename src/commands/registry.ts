/**
 * The table of commands. A name may stand in it several times, once for each place that runs it: `detach` is one thing
 * for a daemon, another at a key. Everything else (command line, keys, prompt, manuals, completions) is made from it.
 */
import { agentExplain } from "./agent-explain.ts";
import { agentHook } from "./agent-hook.ts";
import { agentNext, agentNextInTui } from "./agent-next.ts";
import { agentPrompt } from "./agent-prompt.ts";
import { agentReport } from "./agent-report.ts";
import { agentAllow, agentRefuse, agentRequests } from "./agent-requests.ts";
import { agents } from "./agents.ts";
import { attach } from "./attach.ts";
import { bufferDelete } from "./buffer-delete.ts";
import { bufferLs } from "./buffer-ls.ts";
import { bufferPaste } from "./buffer-paste.ts";
import { bufferSave, bufferSaveInTui } from "./buffer-save.ts";
import { bufferSet } from "./buffer-set.ts";
import { bufferShow } from "./buffer-show.ts";
import { capture } from "./capture.ts";
import { chooseBuffer } from "./choose-buffer.ts";
import { chooseClient } from "./choose-client.ts";
import { clearHistory } from "./clear-history.ts";
import { clients } from "./clients.ts";
import { clock } from "./clock.ts";
import type { Command } from "./command.ts";
import { completions } from "./completions.ts";
import { configCheck } from "./config-check.ts";
import { configImportTmux } from "./config-import-tmux.ts";
import { configPathCommand } from "./config-path.ts";
import { configShow } from "./config-show.ts";
import { confirm } from "./confirm.ts";
import { copyMode } from "./copy-mode.ts";
import { detachInTui } from "./detach-tui.ts";
import { detach } from "./detach.ts";
import { discardInput } from "./discard-input.ts";
import { discover } from "./discover.ts";
import { doctor } from "./doctor.ts";
import { env } from "./env.ts";
import { events } from "./events.ts";
import { help } from "./help.ts";
import { info } from "./info.ts";
import { keys } from "./keys.ts";
import { kill } from "./kill.ts";
import { layout } from "./layout.ts";
import { linkInShell, linkInTui, paneClaim, syncLinks } from "./link.ts";
import { logs } from "./logs.ts";
import { ls } from "./ls.ts";
import { mcp } from "./mcp.ts";
import { meta } from "./meta.ts";
import { message } from "./message.ts";
import { messages } from "./messages.ts";
import { msgAck } from "./msg-ack.ts";
import { msgLs } from "./msg-ls.ts";
import { msgDeliver, msgOutbox, msgSettle } from "./msg-relay.ts";
import { msgHelp, msgStatus } from "./msg-report.ts";
import { msgSend } from "./msg-send.ts";
import { msgWait } from "./msg-wait.ts";
import { newInShell } from "./new-shell.ts";
import { newSession } from "./new.ts";
import { paneBreak } from "./pane-break.ts";
import { paneDisplay } from "./pane-display.ts";
import { paneKill } from "./pane-kill.ts";
import { paneLink } from "./pane-link.ts";
import { paneLs } from "./pane-ls.ts";
import { paneMark } from "./pane-mark.ts";
import { paneJoin, paneMove } from "./pane-move.ts";
import { paneNumbers } from "./pane-numbers.ts";
import { panePipe } from "./pane-pipe.ts";
import { paneRename } from "./pane-rename.ts";
import { paneResize } from "./pane-resize.ts";
import { paneRespawn } from "./pane-respawn.ts";
import { paneSearch } from "./pane-search.ts";
import { paneSelect } from "./pane-select.ts";
import { paneSignal } from "./pane-signal.ts";
import { paneSwap } from "./pane-swap.ts";
import { paneZoom } from "./pane-zoom.ts";
import { paste } from "./paste.ts";
import { presets } from "./presets.ts";
import { prompt } from "./prompt.ts";
import { proxy } from "./proxy.ts";
import { redraw } from "./redraw.ts";
import { reload } from "./reload.ts";
import { rename } from "./rename.ts";
import { run } from "./run.ts";
import { sendPrefix } from "./send-prefix.ts";
import { send } from "./send.ts";
import { serve } from "./serve.ts";
import { serverAdd } from "./server-add.ts";
import { serverLs, serverShow } from "./server-ls.ts";
import { serverRm } from "./server-rm.ts";
import { serverTest } from "./server-test.ts";
import { serverInvite } from "./server-invite.ts";
import { serverSecret } from "./server-secret.ts";
import { serviceInstall, serviceRemove } from "./service.ts";
import { sessionKill } from "./session-kill.ts";
import { sessionRename } from "./session-rename.ts";
import { sessionSelect } from "./session-select.ts";
import { sessionLast, sessionNext, sessionPrevious } from "./session-step.ts";
import { split } from "./split.ts";
import { statePurge, statePurgeInShell } from "./state-purge.ts";
import { status } from "./status.ts";
import { stop, stopInShell, stopInTui } from "./stop.ts";
import { suspend } from "./suspend.ts";
import { sync } from "./sync.ts";
import { tag } from "./tag.ts";
import { tree } from "./tree.ts";
import { tunnelLogs } from "./tunnel-logs.ts";
import { tunnelLs } from "./tunnel-ls.ts";
import { tunnelStop } from "./tunnel-stop.ts";
import { tunnelRestart, tunnelUp } from "./tunnel-up.ts";
import { upgrade, upgradeInShell } from "./upgrade.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";
import { whoami } from "./whoami.ts";
import { windowBuild } from "./window-build.ts";
import { windowFind } from "./window-find.ts";
import { windowKill } from "./window-kill.ts";
import { windowLs } from "./window-ls.ts";
import { windowMove } from "./window-move.ts";
import { windowNew } from "./window-new.ts";
import { windowRename } from "./window-rename.ts";
import { windowRotate } from "./window-rotate.ts";
import { windowSelect } from "./window-select.ts";
import { windowLast, windowNext, windowPrevious } from "./window-step.ts";
import { windowSwap } from "./window-swap.ts";

/** Every command, in the order in which lists show them. */
export const COMMANDS: readonly Command[] = [
  // sessions
  newSession, newInShell, attach, ls, kill, rename,
  sessionSelect, sessionNext, sessionPrevious, sessionLast, sessionRename, sessionKill, tag, env,
  // windows
  windowNew, windowSelect, windowNext, windowPrevious, windowLast, windowMove, windowSwap, windowRotate,
  windowRename, windowKill, windowFind, windowLs, windowBuild, layout, sync,
  // panes
  split, paneSelect, paneResize, paneZoom, paneSwap, paneMove, paneJoin, paneBreak, paneMark, paneRename, paneKill,
  linkInShell, linkInTui, paneClaim, syncLinks, paneLink,
  paneRespawn, panePipe, paneSignal, paneSearch, paneDisplay, paneLs, clearHistory,
  // scripts
  send, capture, wait, run, events, meta,
  // agents
  agents, agentPrompt, agentNext, agentNextInTui, agentReport, agentExplain, agentRequests, agentAllow, agentRefuse, agentHook, presets, mcp, whoami,
  msgSend, msgWait, msgLs, msgAck, msgStatus, msgHelp, msgOutbox, msgDeliver, msgSettle,
  // buffers
  bufferLs, bufferShow, bufferSet, bufferSave, bufferSaveInTui, bufferPaste, bufferDelete,
  // clients and the view of one
  clients, detach, message,
  detachInTui, copyMode, prompt, confirm, tree, chooseBuffer, chooseClient, paste, discardInput, paneNumbers, clock, info, messages,
  help, suspend, redraw, reload, sendPrefix,
  // servers
  serve, stop, stopInShell, stopInTui, upgrade, upgradeInShell, status, statePurge, statePurgeInShell, serviceInstall, serviceRemove,
  serverInvite, serverSecret, discover,
  serverAdd, serverLs, serverShow, serverRm, serverTest,
  logs, doctor, version,
  // tunnels
  tunnelLs, tunnelUp, tunnelStop, tunnelRestart, tunnelLogs, proxy,
  // configuration
  configPathCommand, configCheck, configShow, configImportTmux, keys, completions,
];

/** Where a command line is given: in a shell, or at a key or the prompt of the terminal view. */
export type Place = "shell" | "prompt";

const RUNNERS: Readonly<Record<Place, readonly Command["runs"][]>> = {
  shell: ["cli", "server"], prompt: ["tui", "server"],
};

const byNameAndRunner = new Map(COMMANDS.map((command) => [`${command.runs} ${command.name}`, command]));

/** The command of this name that is run by a daemon (the default), the terminal view or the command line. */
export function lookup(name: string, runs: Command["runs"] = "server"): Command | undefined {
  return byNameAndRunner.get(`${runs} ${name}`);
}

/** The command that a name means at this place. */
export function commandAt(name: string, place: Place): Command | undefined {
  for (const runs of RUNNERS[place]) {
    const command = lookup(name, runs);
    if (command) return command;
  }
  return undefined;
}

/** The commands of a place, each name once, in the order of the table. */
export function commandsAt(place: Place): readonly Command[] {
  const names = new Set(COMMANDS.filter(({ runs }) => RUNNERS[place].includes(runs)).map(({ name }) => name));
  return [...names].map((name) => commandAt(name, place)!);
}
