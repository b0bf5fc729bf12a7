#!/usr/bin/env node
import { createInterface } from 'node:readline/promises'
import { openMigrator } from './open-migrator.js'
import { openStore } from './open-store.js'
import { runCli } from './run-cli.js'

const stop = new AbortController()
for (const [name, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(name, () => {
    // A second signal means that somebody does not want to wait. The run's locks end with their lease or connection.
    if (stop.signal.aborted) process.exit(128 + number)
    stop.abort()
  })
}

// With `conversation-store status | head`, nobody reads to the end, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

async function ask(question: string): Promise<string> {
  // With `terminal: true`, readline would keep Ctrl-C for itself.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    return await lines.question(question, { signal: stop.signal })
  } finally {
    lines.close()
  }
}

// Setting the exit code, unlike `process.exit`, lets everything that was written to a pipe arrive.
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
  openStore,
}).then((exitCode) => {
  process.exitCode = exitCode
})
