import { definitions } from './layout.ts';

export const variables: Readonly<Record<string, string>> = {
  TUF_ON_GIT_DATA:
    'The folder of the repositories that a downloader trusts, in place of the usual one (help files).',
  TUF_ON_GIT_PKCS11_MODULE: 'The library of a PKCS#11 token, where --pkcs11-module names none.',
  TUF_ON_GIT_DEBUG: 'With 1, a command that fails says where in the program it happened.',
  NO_COLOR: 'Set to anything: no colours.',
  TERM: 'With dumb: neither colours nor a line of progress.',
  HTTPS_PROXY: 'The proxy for servers of https: http://HOST:PORT.',
  HTTP_PROXY: 'The proxy for servers of http; not looked at where REQUEST_METHOD is set (CGI).',
  ALL_PROXY: 'The proxy for both, where they have none of their own.',
  NO_PROXY: 'Hosts that are asked without a proxy, separated by commas.',
  NODE_EXTRA_CA_CERTS: 'A file of certificates, in PEM, by which servers are trusted too.',
  XDG_DATA_HOME: 'The folder for a user’s data, on Linux and macOS.',
  LOCALAPPDATA: 'The same on Windows.',
  GIT_AUTHOR_NAME: 'Who commits in a workspace; else the owner of the key that signs.',
  GIT_AUTHOR_EMAIL: 'The address beside that name.',
};

export function text(): string {
  return [
    'Variables that are looked at. Those of proxies count in small letters too.',
    definitions(variables),
    'No secret is ever taken from a variable: see help keys.',
  ].join('\n\n');
}
