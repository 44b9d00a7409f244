import { BlockList, isIP } from 'node:net';

/**
 * Whether `NO_PROXY` exempts a URL. Entries are parted by commas or spaces: `*`; a host, which stands
 * for the names below it too, with or without `.` or `*.` in front; an IP address; a network as
 * `10.0.0.0/8`. All but `*` and networks may end in `:PORT`. Names are not looked up.
 */
export function isExempt(url: URL, entries: string): boolean {
  const host = bare(url.hostname);
  const port = url.port === '' ? defaultPorts[url.protocol] : url.port;
  return entries
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const { name, port: wanted } = parted(entry);
      return (wanted === undefined || wanted === port) && matches(host, name);
    });
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function parted(entry: string): { readonly name: string; readonly port: string | undefined } {
  const match = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(entry);
  return { name: bare(match?.[1] ?? entry), port: match?.[2] };
}

/** Without the brackets of an IPv6 address, without the dot that ends a full name. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function matches(host: string, entry: string): boolean {
  if (entry === '*') return true;
  const network = networkOf(entry);
  if (network !== undefined) return network.check(host, familyOf(host));
  const name = entry.replace(/^\*?\./, '');
  return name !== '' && (host === name || host.endsWith(`.${name}`));
}

/** An address is a network of one. */
function networkOf(entry: string): BlockList | undefined {
  const [address = '', bits, ...more] = entry.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  const length = bits === undefined ? longest : Number(bits);
  const isNetwork = isIP(address) !== 0 && more.length === 0 && /^\d*$/.test(bits ?? '');
  if (!isNetwork || bits === '' || length > longest) return undefined;
  const network = new BlockList();
  network.addSubnet(address, length, familyOf(address));
  return network;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
