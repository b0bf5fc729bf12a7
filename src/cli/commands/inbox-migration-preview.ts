import type { InboxMigrationPreview } from '../../inbox-migrations/index.js'
import { exitCodes } from '../exit-code.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { betweenInboxes, migrationFlags, migrationsOf } from './inbox-migration-shared.js'
import { everyCommandsFlags } from './shared-flags.js'

export const inboxMigrationPreview: Command = {
  name: 'inbox-migration preview',
  summary: 'what would move from one inbox to another, and who would stay; without --destination, where it may go',
  words: [],
  flags: [...migrationFlags, 'source', 'destination', ...everyCommandsFlags],
  async run(context) {
    const { flags, signal } = context
    const { moves } = await migrationsOf(context)
    if (flags.source !== undefined && flags.destination === undefined) {
      const destinations = await moves.eligibleDestinations({ sourceOaId: flags.source })
      const rows = destinations.map(({ oaId, provider, channel, name }) => [oaId, channel, provider ?? '-', name ?? '-'].map(oneLine))
      const none = 'There is no inbox to which these people can move.'
      const text = () => (rows.length === 0 ? none : columns([['INBOX', 'CHANNEL', 'PROVIDER', 'NAME'], ...rows]))
      return { exitCode: exitCodes.done, report: { destinations }, text }
    }
    const preview = await moves.preview(betweenInboxes(context), { signal })
    return { exitCode: exitCodes.done, report: { preview }, text: () => previewText(preview) }
  },
}

function previewText(preview: InboxMigrationPreview): string {
  const { sourceOaId, destinationOaId, known, skipped, fingerprint } = preview
  const counts = [
    ['conversations', preview.conversations],
    ['messages', preview.messages],
    ['attachments', preview.attachments],
    ['contact inboxes', preview.contactInboxes],
    ['people', preview.people],
    ['unreachable', preview.unreachable],
    ['not known there', preview.unmatched],
    ['known there', skipped],
    ['active on both sides', preview.activeConflicts],
    ['contacts to merge', preview.contactsToMerge],
    ['staying in any case', preview.stayingApart],
  ] as const
  const rows = known.map((person) => {
    const { customerId, matchedBy, contactId, destinationContactId } = person
    return [customerId, matchedBy, contactId ?? '-', destinationContactId ?? '-', meetingOf(person)].map(oneLine)
  })
  return [
    oneLine(`From ${sourceOaId} to ${destinationOaId}:`),
    columns(
      counts.map(([name, count]) => [name, String(count)]),
      '  ',
    ),
    ...(rows.length === 0 ? [] : ['', columns([['CUSTOMER', 'KNOWN BY', 'CONTACT', 'CONTACT THERE', 'MEETS'], ...rows])]),
    ...(rows.length < skipped ? [`and ${skipped - rows.length} more`] : []),
    '',
    `Fingerprint: ${fingerprint}`,
  ].join('\n')
}

function meetingOf({ staysApart, hasActiveConflict }: InboxMigrationPreview['known'][number]): string {
  if (staysApart) return 'stays in any case'
  return hasActiveConflict ? 'an active conversation' : '-'
}
