import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'upsertConversationWithEvents'
const gives = 'gives a message the files and the text that came without it, and shows them if it is the newest'
const keepsText = 'changes no version by files of a message that is not shown, and none by what the message has already'
const once = 'takes a file once, by its URL or by the id in its payload'
const deleted = 'lets no files and no text come onto a deleted message, and no text in place of an edit, in any order'
const limited = 'takes as many files as a message may have, and tells in the event how many were left out'
const folds = 'loses no files in a link of a blank reply with its echo that has got them'

/** Files that come after their message, and are lost, doubled, or brought where they do not belong. */
export const memoryAttachmentMutants: readonly MemoryMutant[] = [
  {
    bug: 'files come onto a deleted message',
    subject,
    caughtBy: deleted,
    world: (world) => ({
      messageByMessageId(scope, messageId) {
        const row = world.messageByMessageId(scope, messageId)
        return row && { ...row, deletedAt: null }
      },
    }),
  },
  {
    bug: 'a text that comes with files replaces the one that is there',
    subject,
    caughtBy: keepsText,
    world: (world) => ({
      messageByMessageId(scope, messageId) {
        const row = world.messageByMessageId(scope, messageId)
        return row && { ...row, text: '' }
      },
    }),
  },
  {
    bug: 'a file is known by its URL alone',
    subject,
    caughtBy: once,
    world: (world) => ({
      messageByMessageId(scope, messageId) {
        const row = world.messageByMessageId(scope, messageId)
        return row && { ...row, attachments: row.attachments.map((each) => ({ ...each, payload: null })) }
      },
    }),
  },
  {
    bug: 'an event of files keeps a copy of them',
    subject,
    caughtBy: gives,
    world: (world) => ({
      putEvent(row) {
        const isApplied = row.type === 'message_attachments' && row.conversationId !== null
        world.putEvent(isApplied ? { ...row, payload: { ...row.payload, attachments: [] } } : row)
      },
    }),
  },
]

const changed = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by = ''): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  functions: [{ name, replace, by }],
  attempts: 1,
})

export const postgresAttachmentMutants: readonly PostgresMutant[] = [
  changed('files come onto a deleted message', deleted, 'apply_event', 'if v_message.deleted_at is null then', 'if true then'),
  changed('a text that comes with files replaces an edit', deleted, 'apply_event', " = '' and m.edited_at is null", " = ''"),
  changed('a text that comes with files replaces the one that is there', keepsText, 'apply_event', "when m.text = '' and", 'when'),
  changed('a file is known by its id alone', once, 'with_attachments', "nullif(k.value->>'url', '') = v_each->>'url' or "),
  changed('a file is known by its URL alone', once, 'with_attachments', / or case when .*(?=\) then)/),
  changed('a message takes any number of files', limited, 'apply_event', '$[0 to 99]', '$[*]'),
  changed(
    'files change no preview',
    gives,
    'apply_event',
    "'message_edit', 'message_attachments', 'message_delete')\n",
    "'message_edit', 'message_delete')\n",
  ),
  changed('a link loses the files of an echo', folds, 'fold_message', 'then v_dropped.attachments else', 'then m.attachments else'),
]

const withoutField = (of: 'messages' | 'conversations', field: string) => ({
  of,
  by: ['updateOne', 'bulkWrite'] as const,
  change: ({ body }: MongoCommand) => ({ body: rewritten(body, (doc) => without(doc, field)) }),
})

export const mongoAttachmentMutants: readonly MongoMutant[] = [
  { bug: 'late files are not stored', subject, caughtBy: gives, commands: [withoutField('messages', 'attachments')] },
  { bug: 'files change no preview', subject, caughtBy: gives, commands: [withoutField('conversations', 'last_message_preview')] },
]
