import { adoptAccounts } from './adopt-accounts.js'
import { adoptAllowClosed } from './adopt-allow-closed.js'
import { adoptImport } from './adopt-import.js'
import { adoptLocking } from './adopt-locking.js'
import { adoptMergeDuplicates } from './adopt-merge-duplicates.js'
import { adoptSwapIndex } from './adopt-swap-index.js'
import { adoptVerify } from './adopt-verify.js'
import { baseline } from './baseline.js'
import type { Command } from './command.js'
import { doctor } from './doctor.js'
import { down } from './down.js'
import { history } from './history.js'
import { inboxMigrationCancel } from './inbox-migration-cancel.js'
import { inboxMigrationConvert } from './inbox-migration-convert.js'
import { inboxMigrationPreview } from './inbox-migration-preview.js'
import { inboxMigrationStart } from './inbox-migration-start.js'
import { inboxMigrationStatus } from './inbox-migration-status.js'
import { inboxMigrationUndo } from './inbox-migration-undo.js'
import { inboxMigrationWatch } from './inbox-migration-watch.js'
import { inboxMigrationWork } from './inbox-migration-work.js'
import { list } from './list.js'
import { lockBreak } from './lock-break.js'
import { lockShow } from './lock-show.js'
import { migrate } from './migrate.js'
import { resolve } from './resolve.js'
import { status } from './status.js'
import { sync } from './sync.js'
import { syncIndexes } from './sync-indexes.js'
import { syncLocks } from './sync-locks.js'
import { syncRemove } from './sync-remove.js'
import { syncRestore } from './sync-restore.js'
import { syncStatus } from './sync-status.js'
import { syncUnlock } from './sync-unlock.js'
import { webhooksList } from './webhooks-list.js'
import { webhooksReplay } from './webhooks-replay.js'
import { webhooksShow } from './webhooks-show.js'

/** The commands, in the order of the help. */
export const commands: readonly Command[] = [
  migrate,
  down,
  resolve,
  baseline,
  syncIndexes,
  list,
  status,
  history,
  doctor,
  lockShow,
  lockBreak,
  webhooksList,
  webhooksShow,
  webhooksReplay,
  sync,
  syncStatus,
  syncLocks,
  syncUnlock,
  syncRemove,
  syncRestore,
  inboxMigrationPreview,
  inboxMigrationStart,
  inboxMigrationConvert,
  inboxMigrationStatus,
  inboxMigrationWatch,
  inboxMigrationCancel,
  inboxMigrationUndo,
  inboxMigrationWork,
  adoptAccounts,
  adoptVerify,
  adoptSwapIndex,
  adoptAllowClosed,
  adoptMergeDuplicates,
  adoptLocking,
  adoptImport,
]
