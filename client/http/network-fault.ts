/** What went wrong below HTTP, in words: names, connections, TLS, certificates. */
import { fault, TufOnGitError } from '../../core/error/error.ts';
import { systemCode } from '../../core/error/system-error.ts';

/** @param proxy the proxy that the request took, as messages name it */
export function networkFault(where: string, error: unknown, proxy?: string): TufOnGitError {
  if (error instanceof TufOnGitError) return error;
  const code = systemCode(error);
  const [message, hint] = certificateTrouble(code, error) ?? [];
  if (message !== undefined) {
    return fault('download.certificate', where, `${message} (${code})`, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
  const way = proxy === undefined ? '' : `, through the proxy ${proxy}`;
  return fault('download.unreachable', where, `${connectionTrouble(code)} (${code})${way}`, {
    cause: error,
  });
}

const troubles: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  ECONNREFUSED: 'nothing accepts connections there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'no way leads to the host',
  ENETUNREACH: 'no way leads to the host',
};

function connectionTrouble(code: string): string {
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return 'no TLS connection came about';
  if (code.startsWith('HPE_')) return 'the answer is not HTTP';
  return troubles[code] ?? 'the connection failed';
}

/** Codes that Node gives for a certificate, and for nothing else. */
const certificateCode =
  /^(CERT_|CRL_|UNABLE_TO_|ERROR_IN_C|INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH$|PATH_LENGTH_|ERR_TLS_CERT_|UNSPECIFIED$)|SELF_SIGNED_CERT/;

function certificateTrouble(code: string, error: unknown): readonly [string, string?] | undefined {
  if (!certificateCode.test(code)) return undefined;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const state = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet';
    return [`the server's certificate ${state}`, 'check the clock of this machine first'];
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return [`the server's certificate is for another host${namesIn(error)}`, 'check the URL'];
  }
  if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|UNTRUSTED/.test(code)) {
    return [
      "nobody whom this machine trusts has signed the server's certificate",
      'for an authority of your own, give its certificate: --ca FILE, or NODE_EXTRA_CA_CERTS=FILE',
    ];
  }
  return ["the server's certificate is not accepted"];
}

function namesIn(error: unknown): string {
  const { cert } = error as { readonly cert?: { readonly subjectaltname?: unknown } };
  const names = cert?.subjectaltname;
  return typeof names === 'string' ? `, ${names.slice(0, 100)}` : '';
}
