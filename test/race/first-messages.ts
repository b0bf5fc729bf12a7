import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface FirstMessages {
  /** The URL of a database of its own, migrated and empty. */
  readonly url: string
  readonly processes: number
  /** The number of callers in all processes together. Each has one connection. */
  readonly callers: number
  readonly messages: number
  /** How often each message is sent. The repetitions race each other. */
  readonly times: number
  /**
   * The program that each process runs. Default: the worker that uses the library. A replacement takes the same
   * arguments and reports in the same form.
   */
  readonly worker?: URL
}

interface Seen {
  readonly created: number
  readonly stored: number
  readonly duplicates: number
  readonly errors: readonly string[]
  readonly worstMs: number
  readonly conversations: readonly string[]
}

export interface FirstMessagesReport extends Omit<Seen, 'conversations'> {
  readonly conversations: number
  readonly totalMs: number
}

/** Sends the first messages of one customer from several processes that start together. */
export async function writeFirstMessages(run: FirstMessages): Promise<FirstMessagesReport> {
  const { url, processes, callers, messages, times, worker = new URL('first-messages-worker.ts', import.meta.url) } = run
  const share = messages / processes
  const workers = Array.from({ length: processes }, (_, index) =>
    startWorker(worker, [url, ...[index * share, share, callers / processes, times].map(String)]),
  )
  try {
    await Promise.all(workers.map(({ nextLine }) => nextLine()))
    const started = performance.now()
    for (const { child } of workers) child.stdin?.write('go\n')
    const seen = await Promise.all(workers.map(async ({ nextLine }) => JSON.parse(await nextLine()) as Seen))
    const sum = (count: (each: Seen) => number) => seen.reduce((total, each) => total + count(each), 0)
    return {
      totalMs: performance.now() - started,
      created: sum((each) => each.created),
      stored: sum((each) => each.stored),
      duplicates: sum((each) => each.duplicates),
      errors: seen.flatMap((each) => each.errors),
      worstMs: Math.max(...seen.map((each) => each.worstMs)),
      conversations: new Set(seen.flatMap((each) => each.conversations)).size,
    }
  } finally {
    for (const { child } of workers) child.kill()
  }
}

function startWorker(worker: URL, args: readonly string[]): { child: ChildProcess; nextLine: () => Promise<string> } {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(worker), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`a worker ended early, with ${child.exitCode}`)
    return value
  }
  return { child, nextLine }
}
