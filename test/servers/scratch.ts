import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunAs } from './run-as.js'

const PREFIX = 'conversation-store-test'

/** Makes a new directory for this run, owned by the account that the server will run as. */
export async function scratchDirectory(name: string, owner?: RunAs): Promise<string> {
  // The process id in the name lets a later run tell the directories of a dead run from those of a live one.
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}-${process.pid}-${name}-`))
  if (owner) await chown(directory, owner.uid, owner.gid)
  return directory
}

/**
 * Removes what is left of runs that were cut off together with their supervisors, for example by a power cut or an
 * out-of-memory kill.
 */
export async function sweepScratchDirectories(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(tmpdir(), name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
