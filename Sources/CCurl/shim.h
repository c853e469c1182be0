#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// Type checks of the variadic macros do not help behind functions.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Swift cannot call variadic C functions: one function for each type of argument, all under the name in the manual.
#define CCURL_SETOPT __attribute__((swift_name("curl_easy_setopt(_:_:_:)"))) static inline CURLcode
#define CCURL_SHARE __attribute__((swift_name("curl_share_setopt(_:_:_:)"))) static inline CURLSHcode
#define CCURL_GETINFO __attribute__((swift_name("curl_easy_getinfo(_:_:_:)"))) static inline CURLcode

CCURL_SETOPT ccurl_setopt_long(CURL *handle, CURLoption option, long value) {
    return (curl_easy_setopt)(handle, option, value);
}
CCURL_SETOPT ccurl_setopt_string(CURL *handle, CURLoption option, const char *value) {
    return (curl_easy_setopt)(handle, option, value);
}
CCURL_SETOPT ccurl_setopt_pointer(CURL *handle, CURLoption option, void *value) {
    return (curl_easy_setopt)(handle, option, value);
}
CCURL_SETOPT ccurl_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(handle, option, value);
}
// CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION
CCURL_SETOPT ccurl_setopt_write(CURL *handle, CURLoption option, size_t (*value)(char *, size_t, size_t, void *)) {
    return (curl_easy_setopt)(handle, option, value);
}
// CURLOPT_XFERINFOFUNCTION
CCURL_SETOPT ccurl_setopt_xferinfo(
    CURL *handle, CURLoption option, int (*value)(void *, curl_off_t, curl_off_t, curl_off_t, curl_off_t)) {
    return (curl_easy_setopt)(handle, option, value);
}
// CURLOPT_SOCKOPTFUNCTION
CCURL_SETOPT ccurl_setopt_sockopt(CURL *handle, CURLoption option, int (*value)(void *, curl_socket_t, curlsocktype)) {
    return (curl_easy_setopt)(handle, option, value);
}
// CURLOPT_SSL_CTX_FUNCTION
CCURL_SETOPT ccurl_setopt_ssl_ctx(CURL *handle, CURLoption option, CURLcode (*value)(CURL *, void *, void *)) {
    return (curl_easy_setopt)(handle, option, value);
}

// CURLSHOPT_SHARE
CCURL_SHARE ccurl_share_setopt_data(CURLSH *share, CURLSHoption option, curl_lock_data value) {
    return (curl_share_setopt)(share, option, value);
}

// Also for curl_off_t, which is long wherever long has 64 bits.
CCURL_GETINFO ccurl_getinfo_long(CURL *handle, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(handle, info, value);
}
CCURL_GETINFO ccurl_getinfo_string(CURL *handle, CURLINFO info, const char **value) {
    return (curl_easy_getinfo)(handle, info, value);
}
CCURL_GETINFO ccurl_getinfo_tls(CURL *handle, CURLINFO info, struct curl_tlssessioninfo **value) {
    return (curl_easy_getinfo)(handle, info, value);
}

#undef CCURL_SETOPT
#undef CCURL_SHARE
#undef CCURL_GETINFO
#endif
