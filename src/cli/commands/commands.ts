import type { CommandName } from '../command-table.js'
import type { Command } from './command.js'
import { doctor } from './doctor.js'
import { down } from './down.js'
import { list } from './list.js'
import { lockBreak } from './lock-break.js'
import { lockShow } from './lock-show.js'
import { migrate } from './migrate.js'
import { status } from './status.js'
import { syncIndexes } from './sync-indexes.js'

export const commands: Readonly<Record<CommandName, Command>> = {
  migrate,
  down,
  'sync:indexes': syncIndexes,
  list,
  status,
  doctor,
  'lock show': lockShow,
  'lock break': lockBreak,
}
