import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { bundled } from '../../bundled.js'
import type { KilledWorker, Told } from './killed-task.js'

/** A worker in a process of its own, which is connected and waits for its parent. */
export interface WorkerProcess {
  go(): void
  /** Lets it end after the batch that is at work. Resolves with how many of its batches took effect. */
  end(): Promise<number>
  /** Resolves when it is gone, with whether it was killed. */
  gone(): Promise<boolean>
}

export async function startWorker(task: KilledWorker): Promise<WorkerProcess> {
  const program = await bundled(new URL('./killed-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(task)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const gone = exited.then(([status, signal]) => {
    if (signal !== 'SIGKILL' && status !== 0) throw new Error(`a worker ended with ${status ?? signal}`)
    return signal === 'SIGKILL'
  })
  await Promise.race([next(child), gone])
  return {
    go: () => void child.send('go'),
    gone: () => gone,
    async end() {
      const told = next(child)
      child.send('end')
      const last = await told
      await gone
      return last === 'ready' ? 0 : last.batches
    },
  }
}

async function next(child: ChildProcess): Promise<Told> {
  const [told] = (await once(child, 'message')) as [Told]
  return told
}
