import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { bundled } from '../bundled.js'

/** Processes that stand ready, and wait for a line. */
export interface LineProcesses {
  /** Sends all of them a line, and returns the JSON that each prints at its end. */
  told(): Promise<readonly unknown[]>
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Starts a program once for each task, which it gets as JSON, and returns when each has said that it is ready. */
export async function lineProcesses(program: URL, tasks: readonly object[]): Promise<LineProcesses> {
  const file = await bundled(program)
  const started = await Promise.all(
    tasks.map(async (task) => {
      const child = spawn(process.execPath, [file, JSON.stringify(task)], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
      onTestFinished(() => void child.kill('SIGKILL'))
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const { done } = await lines.next()
      if (done) throw new Error('a process ended before it was ready')
      return { child, lines }
    }),
  )
  return { told: () => Promise.all(started.map(({ child, lines }) => told(child, lines))) }
}

async function told(child: ChildProcess, lines: AsyncIterator<string>): Promise<unknown> {
  child.stdin?.write('go\n')
  const { value, done } = await lines.next()
  if (done) throw new Error('a process ended without a word')
  return JSON.parse(String(value))
}
