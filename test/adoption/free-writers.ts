import { serverUrl } from '../contract/server.js'
import { lineProcesses } from './line-processes.js'
import type { WriterReport, WriterTask } from './writer-in-process.js'

/** Writers of a host, each a process of its own, which write from now on, whatever the helpers do. */
export interface FreeWriters {
  /** Lets them end, and returns what each did. */
  stop(): Promise<readonly WriterReport[]>
}

export async function freeWriters(count: number, task: Pick<WriterTask, 'schema' | 'writes'>): Promise<FreeWriters> {
  const tasks = Array.from({ length: count }, (_, at): WriterTask => ({ ...task, url: serverUrl('postgres'), name: `w${at}` }))
  const writers = await lineProcesses(new URL('./writer-in-process.ts', import.meta.url), tasks)
  return { stop: async () => (await writers.told()) as readonly WriterReport[] }
}
