import { describe, expect, test } from "bun:test";
import { topLevel } from "../../../src/cli/usage.ts";
import { commandsAt } from "../../../src/commands/registry.ts";
import { run } from "./fake-host.ts";

describe("usage", () => {
  test("of fugue", async () => {
    const { stdout, status, stderr } = await run(["--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "A terminal multiplexer for shells and coding agents on many machines (fugue)

      USAGE fugue [OPTIONS] COMMAND

      OPTIONS

        -s, --server=<NAME>    server of the configuration to speak to (can be repeated)
          -a, --all-servers    all servers of the configuration, and this machine's own
           --addr=<ADDRESS>    address of the server to speak to: unix://PATH, tcp://HOST:PORT, …
                --ephemeral    a tunnel that is started ends with its last client
            --config=<FILE>    configuration file in place of the user's own
                     --json    print the result as JSON
                 --no-color    no colours; NO_COLOR does the same
                 -h, --help    show how a command is used
              -V, --version    print the release

      COMMANDS

                  new    Create a session
               attach    Show a session on this terminal
                   ls    List sessions
                 kill    End a session, window or pane with its programs
               rename    Name a session, window or pane
              session    Go to, name and end sessions
                  tag    Change or show the tags of a session
                  env    Change or show the environment of a session
               window    Create, show, arrange and end windows
               layout    Arrange the panes of a window
                 sync    Send what is typed in a window to all of its panes
                split    Divide a pane and start a program in the new one
                 pane    Show, arrange and end panes
                 link    Show a pane of another server in a window
        clear-history    Forget the history of a pane
                 send    Type text or keys into a pane
              capture    Print what a pane shows
                 wait    Wait for panes: a text, silence, their end, a state of their agents
                  run    Run a command in panes and print its output
               events    Print what happens to sessions, windows, panes and agents
                 meta    Change or show notes that scripts keep on a session or pane
               agents    List the agents in panes and their states
               prompt    Give a prompt to the agent in a pane
                agent    Tell about agents in panes, and go to those that wait
              presets    List the presets of the configuration
                  mcp    Run the MCP server for an agent, or decide about agents
               whoami    Show where you are, and what agents may do here
                  msg    Send messages to other sessions, and read them
               buffer    Use the paste buffers
              clients    List the clients that are attached
               detach    Detach a client from its terminal
              message    Show a message to a client
                serve    Run a server
                 stop    End a server with all sessions and programs
              upgrade    Replace the daemon by another build, keeping everything that runs
               status    Show the state of a server
                state    Look after what is kept on disk
              service    Have the system start the server
               server    Make servers known to other machines
             discover    Look for servers in the local network
                 logs    Print the logs of this machine's server
               doctor    Look for what keeps fugue from working well
              version    Print the release of this executable
               tunnel    See and change the tunnels to other machines
                proxy    Join standard input and output with this machine's server
               config    Look at the configuration
                 keys    List the key bindings that are in force
          completions    Print a script that completes fugue's commands in a shell

      Use fugue <command> --help for more information about a command.

      Without a command, fugue shows the session used last, or a new one.
      "
    `);
  });

  test("of a group", async () => {
    expect((await run(["buffer", "--help"])).stdout).toMatchInlineSnapshot(`
      "Use the paste buffers (fugue buffer)

      USAGE fugue buffer COMMAND

      COMMANDS

            ls    List the paste buffers, newest first
          show    Print a paste buffer
           set    Put a text into a paste buffer
          save    Write a paste buffer to a file
         paste    Paste a buffer into a pane
        delete    Forget a paste buffer

      Use fugue buffer <command> --help for more information about a command.
      "
    `);
  });

  test("of a command", async () => {
    expect((await run(["new", "-h"])).stdout).toMatchInlineSnapshot(`
      "Create a session (fugue new)

      USAGE fugue new [OPTIONS] [NAME] [-- CMD...]

      ARGUMENTS

             NAME    name of the session, or SERVER:NAME; default: the lowest free number
        -- CMD...    program and its arguments; default: the shell

      OPTIONS

                         -A, --attach    use the session of that name if there is one
                       -d, --detached    don't show the session
                      -c, --dir=<DIR>    working folder; default: the current one
                   --size=<COLSxROWS>    size until somebody attaches; default: that of the terminal, or 80x24
                          --tag=<TAG>    word to find and group sessions by (can be repeated)
                  -p, --preset=<NAME>    start what this preset of the configuration says; CMD is added to it
                         --from=<DIR>    working folder if neither --dir nor the preset says one
                   --env=<NAME=VALUE>    variable for its environment (can be repeated)
        --restore=<off|shell|command>    what of it runs again after a reboot; default: the option restore
                            --private    keep nothing that it shows on the disk
                        --on=<SERVER>    a session on each of these servers, shown in one window of the first (can be repeated)

      The session has one window with one pane, in which CMD runs, or the shell. In a terminal the
      session is shown at once; with -d it stays in the background and its name is printed. The daemon
      is started if none runs.
      "
    `);
  });

  test("of a command with required words", async () => {
    expect((await run(["wait", "--help"])).stdout).toMatchInlineSnapshot(`
      "Wait for panes: a text, silence, their end, a state of their agents (fugue wait)

      USAGE fugue wait [OPTIONS] [TARGET...]

      ARGUMENTS

        TARGET...    panes

      OPTIONS

                                                   --any    until it holds for one of them
                                                   --all    until it holds for each of them (the default)
                                          --text=<REGEX>    until a line matches
                                        --since=<CURSOR>    only text printed after this position
                                                  --exit    until the program has ended
                                           --idle=<TIME>    until nothing was printed for this long: 500ms, 2s
        --agent=<idle|working|blocked|done|error|exited>    until its agent is in this state; idle is met by done as well
                                        --timeout=<TIME>    give up after this long: 30s, 5m
                                             --tag=<TAG>    the active panes of sessions with this tag

      --text takes a regular expression (without back references and look-around) and looks at every
      line, those on the screen included; with --since only at what came after that position (printed by
      send and capture). With --exit the exit status is that of the program: of the first one that
      ended, or with --all of the first TARGET that failed. The exit status is 124 if the time is up.
      Several targets may be on several servers; each line then says which one it is about, and a server
      that fails is an error of its targets alone.
      "
    `);
  });

  test("is the same by -h, --help and help, before and behind the command", async () => {
    const expected = (await run(["window", "new", "--help"])).stdout;
    const words = ["window", "new"];
    for (const argv of [[...words, "-h"], ["-h", ...words], ["help", ...words], [...words, "work", "-h", "-d"]]) {
      expect((await run(argv)).stdout, argv.join(" ")).toBe(expected);
    }
    expect((await run(["help"])).stdout).toBe((await run(["-h"])).stdout);
  });

  test("asked for, it asks no server and opens nothing", async () => {
    const outcome = await run(["kill", "--help"]);
    expect(outcome.calls).toEqual([]);
  });

  const all = [...topLevel().map(({ name }) => [name]), ...commandsAt("shell").map(({ name }) => name.split(" "))];
  test.each(all)("of %s %s has no colours and fits", async (...words) => {
    const { stdout, status } = await run([...words.filter(Boolean), "--help"]);
    expect(status).toBe(0);
    expect(stdout).not.toContain("\u001b");
    expect(stdout.split("\n").filter((line) => / $/.test(line) || line.length > 130)).toEqual([]);
  });
});
