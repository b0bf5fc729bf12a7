import type { Conversation } from 'conversation-store'
import type { WebhookReport } from 'conversation-store/webhooks'
import { table } from './table.js'

export function conversationsTable(
  conversations: readonly Conversation[],
  inboxes: readonly { readonly accountId: string; readonly oaId: string; readonly name: string }[],
): string {
  const rows = conversations.map(
    ({ accountId, oaId, customerId, status, unreadCount, version, lastMessagePreview }) => [
      customerId,
      inboxes.find((inbox) => inbox.accountId === accountId && inbox.oaId === oaId)?.name ?? oaId,
      status,
      String(unreadCount),
      String(version),
      lastMessagePreview ?? '–',
    ],
  )
  return table(['customer', 'inbox', 'status', 'unread', 'version', 'last message'], rows)
}

export function bodiesTable(
  reports: readonly (WebhookReport & { readonly file: string })[],
): string {
  return table(
    ['body', 'outcome', 'events'],
    reports.map((report) => [report.file.replace('.json', ''), report.outcome, described(report)]),
  )
}

/**
 * Counts the events of the reports. `changing` counts those that were stored or applied or that wait. The others left
 * everything as it was.
 */
export function eventCounts(reports: readonly WebhookReport[]): {
  changing: number
  duplicates: number
  unchanged: number
} {
  const sum = (count: (report: WebhookReport) => number) =>
    reports.reduce((total, report) => total + count(report), 0)
  return {
    changing: sum(({ stored, applied, waiting }) => stored + applied + waiting),
    duplicates: sum(({ duplicates }) => duplicates),
    unchanged: sum(({ unchanged }) => unchanged),
  }
}

function described({
  stored,
  applied,
  duplicates,
  unchanged,
  waiting,
  conversations,
  rejected,
  unknownInboxes,
}: WebhookReport): string {
  const opened = conversations.filter(({ outcome }) => outcome === 'created').length
  const parts = [
    [stored, 'stored'],
    [applied, 'applied'],
    [duplicates, 'duplicate'],
    [unchanged, 'without effect'],
    [waiting, 'waiting'],
    [rejected.length, 'rejected'],
    [unknownInboxes.length, 'for a page that nobody has connected'],
    [opened, opened === 1 ? 'conversation opened' : 'conversations opened'],
  ] as const
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
}
