#!/usr/bin/env node
import { createInterface } from 'node:readline/promises'
import { openMigrator } from './open-migrator.js'
import { runCli } from './run-cli.js'

const stop = new AbortController()
for (const [name, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(name, () => {
    // The second time somebody does not want to wait; what the run holds is let go by its expiry, or with its connection.
    if (stop.signal.aborted) process.exit(128 + number)
    stop.abort()
  })
}

// `conversation-store status | head`: nobody reads on, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

async function ask(question: string): Promise<string> {
  // Not as a terminal: it would take Ctrl-C for itself.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    return await lines.question(question, { signal: stop.signal })
  } finally {
    lines.close()
  }
}

// The exit code and not an exit: what was written to a pipe is still on its way.
void runCli({
  argv: process.argv.slice(2),
  directory: process.cwd(),
  env: process.env,
  loadEnvFile: (path) => process.loadEnvFile(path),
  writeResult: (text) => process.stdout.write(`${text}\n`),
  screen: {
    isTerminal: process.stderr.isTTY === true,
    width: () => process.stderr.columns || 80,
    write: (text) => process.stderr.write(text),
  },
  questions: { isTerminal: process.stdin.isTTY === true && process.stderr.isTTY === true, ask },
  signal: stop.signal,
  openMigrator,
}).then((exitCode) => {
  process.exitCode = exitCode
})
