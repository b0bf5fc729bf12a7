import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { metaHeader } from '../handler/signed-post.js'
import type { MemoryFigures } from './process-memory.js'

const hostFile = fileURLToPath(new URL('host.ts', import.meta.url))
const secret = 'test-app-secret'

export interface HostOptions {
  /** Whose webhooks it takes. Default `whatsapp`. */
  readonly channel?: 'messenger'
  /** False: a write is sent once, so that an outage reaches the sender. */
  readonly retries?: boolean
  /** Collects garbage and looks at what is in use at each statement, which takes long. */
  readonly looksAtHeap?: boolean
  /**
   * Has a heap of 80 MB, of which the program itself takes 50. By default V8 lets tens of megabytes of garbage lie
   * before it looks at them.
   */
  readonly isFrugal?: boolean
}

export interface HostFigures extends MemoryFigures {
  readonly statements: number
}

/** A host in a process of its own, as `host.ts` says. */
export interface WebhookHost {
  /** Sends a signed body, and returns the status of the answer. It rejects when there was no answer. */
  post(body: string): Promise<number>
  /** Counts and measures from here on. */
  settle(): Promise<void>
  figures(): Promise<HostFigures>
  end(): Promise<void>
}

export async function startHost(databaseUrl: string, options: HostOptions = {}): Promise<WebhookHost> {
  const frugal = options.isFrugal === true ? ['--max-old-space-size=80', '--max-semi-space-size=1'] : []
  const execArgv = ['--expose-gc', '--import', 'tsx', ...frugal]
  const child = fork(hostFile, [databaseUrl, secret, JSON.stringify(options)], { execArgv })
  const port = await answer<number>(child)
  const address = `http://127.0.0.1:${port}/webhook`
  return {
    async post(body) {
      const headers = { 'Content-Type': 'application/json', ...metaHeader(body, secret) }
      const answered = await fetch(address, { method: 'POST', body, headers })
      await answered.arrayBuffer()
      return answered.status
    },
    settle: () => asked<void>(child, 'settle'),
    figures: () => asked(child, 'figures'),
    async end() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

function asked<T>(child: ChildProcess, question: string): Promise<T> {
  child.send(question)
  return answer<T>(child)
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const died = once(child, 'exit').then(([status]) => {
    throw new Error(`the host ended with ${status}`)
  })
  const [told] = await Promise.race([once(child, 'message'), died])
  return told as T
}
