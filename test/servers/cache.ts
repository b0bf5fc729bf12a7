import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The directory for server binaries that had to be fetched. It is outside node_modules, which every clean install
 * empties.
 */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'conversation-store')
