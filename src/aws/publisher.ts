/** Sends each message through its channel. A channel that fails does not stop the others. */
import type { OutboxMessage } from '../domain/deployment/timeline.ts';
import type { Publisher } from '../ports/publisher.ts';

const CHANNELS = ['event', 'deployments', 'incidents'] as const;
type Channel = (typeof CHANNELS)[number];

export type Channels = Readonly<Record<Channel, Publisher>>;

export function channelPublisher(channels: Channels): Publisher {
  return {
    async publish(messages) {
      const results = await Promise.allSettled(
        CHANNELS.map((channel) => ({ channel, own: messages.filter((message) => channelOf(message) === channel) }))
          .filter(({ own }) => own.length > 0)
          .map(({ channel, own }) => channels[channel].publish(own)),
      );
      const ids = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
      const failed = results.find((result) => result.status === 'rejected');
      if (ids.length === 0 && failed !== undefined) throw failed.reason;
      return ids;
    },
  };
}

/** Messages that must wake a person have another topic than messages that can wait until morning. */
function channelOf({ channel, severity }: OutboxMessage): Channel {
  if (channel === 'event') return 'event';
  return severity === 'page' ? 'incidents' : 'deployments';
}
