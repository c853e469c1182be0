#ifndef WEFT_COPENSSL_SHIM_H
#define WEFT_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/* What OpenSSL offers as macros only, under the names that its manual uses. */

#define WEFT_NAME(name) __attribute__((swift_name(name)))

/* Bits of SSL_CTX_set_options */
static const uint64_t shim_SSL_OP_NO_COMPRESSION WEFT_NAME("SSL_OP_NO_COMPRESSION") = SSL_OP_NO_COMPRESSION;
static const uint64_t shim_SSL_OP_NO_RENEGOTIATION WEFT_NAME("SSL_OP_NO_RENEGOTIATION") = SSL_OP_NO_RENEGOTIATION;
static const uint64_t shim_SSL_OP_LEGACY_SERVER_CONNECT WEFT_NAME("SSL_OP_LEGACY_SERVER_CONNECT") = SSL_OP_LEGACY_SERVER_CONNECT;
static const uint64_t shim_SSL_OP_NO_TICKET WEFT_NAME("SSL_OP_NO_TICKET") = SSL_OP_NO_TICKET;
static const unsigned long shim_XN_FLAG_RFC2253 WEFT_NAME("XN_FLAG_RFC2253") = XN_FLAG_RFC2253;

/* SSL_CTX */
WEFT_NAME("SSL_CTX_set_min_proto_version(_:_:)")
static inline long shim_SSL_CTX_set_min_proto_version(SSL_CTX *ctx, int version) {
    return SSL_CTX_set_min_proto_version(ctx, version);
}
WEFT_NAME("SSL_CTX_set_max_proto_version(_:_:)")
static inline long shim_SSL_CTX_set_max_proto_version(SSL_CTX *ctx, int version) {
    return SSL_CTX_set_max_proto_version(ctx, version);
}
WEFT_NAME("SSL_CTX_set_mode(_:_:)")
static inline long shim_SSL_CTX_set_mode(SSL_CTX *ctx, long mode) { return SSL_CTX_set_mode(ctx, mode); }
WEFT_NAME("SSL_CTX_set_session_cache_mode(_:_:)")
static inline long shim_SSL_CTX_set_session_cache_mode(SSL_CTX *ctx, long mode) {
    return SSL_CTX_set_session_cache_mode(ctx, mode);
}
WEFT_NAME("SSL_CTX_set_max_cert_list(_:_:)")
static inline long shim_SSL_CTX_set_max_cert_list(SSL_CTX *ctx, long octets) { return SSL_CTX_set_max_cert_list(ctx, octets); }
WEFT_NAME("SSL_CTX_set_tlsext_servername_callback(_:_:)")
static inline long shim_SSL_CTX_set_tlsext_servername_callback(SSL_CTX *ctx, int (*callback)(SSL *, int *, void *)) {
    return SSL_CTX_set_tlsext_servername_callback(ctx, callback);
}
WEFT_NAME("SSL_CTX_set1_groups_list(_:_:)")
static inline long shim_SSL_CTX_set1_groups_list(SSL_CTX *ctx, char *list) { return SSL_CTX_set1_groups_list(ctx, list); }
WEFT_NAME("SSL_CTX_add1_chain_cert(_:_:)")
static inline long shim_SSL_CTX_add1_chain_cert(SSL_CTX *ctx, X509 *x509) { return SSL_CTX_add1_chain_cert(ctx, x509); }

/* SSL */
WEFT_NAME("SSL_set_tlsext_host_name(_:_:)")
static inline long shim_SSL_set_tlsext_host_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }

/* BIO */
WEFT_NAME("BIO_clear_retry_flags(_:)")
static inline void shim_BIO_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }
WEFT_NAME("BIO_set_retry_read(_:)")
static inline void shim_BIO_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
WEFT_NAME("BIO_get_mem_data(_:_:)")
static inline long shim_BIO_get_mem_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

/* STACK_OF(X509), STACK_OF(X509_OBJECT), GENERAL_NAMES */
WEFT_NAME("sk_X509_new_null()")
static inline STACK_OF(X509) * shim_sk_X509_new_null(void) { return sk_X509_new_null(); }
WEFT_NAME("sk_X509_push(_:_:)")
static inline int shim_sk_X509_push(STACK_OF(X509) * stack, X509 *x509) { return sk_X509_push(stack, x509); }
WEFT_NAME("sk_X509_num(_:)")
static inline int shim_sk_X509_num(const STACK_OF(X509) * stack) { return sk_X509_num(stack); }
WEFT_NAME("sk_X509_value(_:_:)")
static inline X509 *shim_sk_X509_value(const STACK_OF(X509) * stack, int index) { return sk_X509_value(stack, index); }
WEFT_NAME("sk_X509_set(_:_:_:)")
static inline X509 *shim_sk_X509_set(STACK_OF(X509) * stack, int index, X509 *x509) { return sk_X509_set(stack, index, x509); }
WEFT_NAME("sk_X509_pop_free(_:)")
static inline void shim_sk_X509_pop_free(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }
WEFT_NAME("sk_X509_OBJECT_num(_:)")
static inline int shim_sk_X509_OBJECT_num(const STACK_OF(X509_OBJECT) * stack) { return sk_X509_OBJECT_num(stack); }
WEFT_NAME("sk_GENERAL_NAME_num(_:)")
static inline int shim_sk_GENERAL_NAME_num(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
WEFT_NAME("sk_GENERAL_NAME_value(_:_:)")
static inline GENERAL_NAME *shim_sk_GENERAL_NAME_value(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

#undef WEFT_NAME

#endif
