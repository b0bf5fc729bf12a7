import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunAs } from './run-as.js'

const SUPERVISOR = fileURLToPath(new URL('supervisor.mjs', import.meta.url))

export interface SupervisedCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly runAs?: RunAs | undefined
  /** The server's working directory. It is removed, with everything in it, after the server has ended. */
  readonly directory: string
  readonly stopSignal: NodeJS.Signals
}

export interface Supervised {
  /**
   * Waits until `probe` stops throwing. Rejects with the end of the server's log if the server ends first or the time
   * is up.
   */
  ready<T>(probe: () => Promise<T>, timeoutMs: number): Promise<T>
  /** Sends the server a signal that ends it, and starts it anew in the same directory. Does not wait for either. */
  restart(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

/** Starts a server that cannot outlive this process. */
export function startSupervised({ command, args, runAs, directory, stopSignal }: SupervisedCommand): Supervised {
  const logFile = join(directory, 'server.log')
  const order = { command, args, ...runAs, cwd: directory, logFile, stopSignal, removeAtEnd: directory }
  // The supervisor is detached, because a Ctrl-C reaches the whole process group, and the server should end after its
  // clients and not with them.
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(order)], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] })
  const gone = new Promise<void>((resolve) => supervisor.on('exit', () => resolve()))

  let ended: string | undefined
  supervisor.stdout.setEncoding('utf8').on('data', (reason: string) => {
    ended = reason.trim()
  })
  supervisor.on('exit', () => {
    ended ??= 'its supervisor ended'
  })
  // A forgotten stop() must not keep the test run alive, because the end of the run is what stops the server.
  supervisor.unref()
  ;(supervisor.stdin as Socket).unref()
  ;(supervisor.stdout as Socket).unref()

  return {
    async ready(probe, timeoutMs) {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        if (ended !== undefined) throw new Error(`${command} ${ended}\n${await tail(logFile)}`)
        try {
          return await probe()
        } catch (cause) {
          if (Date.now() > deadline) throw new Error(`${command} was not ready after ${timeoutMs} ms\n${await tail(logFile)}`, { cause })
        }
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    },
    restart(signal) {
      supervisor.stdin.write(`${signal}\n`)
    },
    async stop() {
      supervisor.ref()
      supervisor.stdin.end()
      await gone
    },
  }
}

async function tail(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.slice(-2_000)
}
