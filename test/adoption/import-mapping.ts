/** What the helpers are told of the tables. */
export function mapped(where: { readonly schema?: string }) {
  return {
    conversations: {
      ...where,
      name: 'chats',
      accountId: 'account',
      oaId: 'page',
      customerId: 'psid',
      status: 'state',
      activityAt: 'last_at',
      unread: 'unseen',
      nickname: 'nick',
      customerName: 'full_name',
      channel: 'platform',
      channels: { facebook: 'messenger' },
      snoozedUntil: 'until',
    },
    messages: {
      name: 'lines',
      conversationId: 'chat',
      messageId: 'mid',
      text: 'body',
      occurredAt: 'at',
      senderId: 'sender',
      attachments: 'files',
    },
  } as const
}

export const inboxesMapped = {
  name: 'pages',
  accountId: 'account',
  oaId: 'page',
  channel: 'platform',
  channels: { facebook: 'messenger' },
} as const
