/* SPDX-License-Identifier: Apache-2.0 */
#include "pki_key_special.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

/* Made with libcrypto (FIPS 186-4, 2048 and 256 bits): to search for them takes a second or more.
 */
static const struct {
    const char *name, *hex;
} domain[] = {
    {OSSL_PKEY_PARAM_FFC_P,
     "FAA5A7DBCC2936BB8C31135BE1A10030772B4B92DE67132E039144CD619AAE4AA39BD011DB2A8A5A"
     "4AB38C1909D3486D19DB81F2EA3533F56AC9B9D416505A5B3552455D5A7903BB59BD1A0145E79B0E"
     "F6DC1B1CB451EB242152057DF44F5C6ED7E4FC68891204F8E9826B3410F86D52DA74E6807E9006A2"
     "840DBC7FA84047F1C6ED1B91EE1031B00F00E6A021A38C998728B0DDFADA24469BF2F867340AF149"
     "BF3034EC71C20F6639AA1612397E6A86B95E506E7D523063FA42AA81FBC816F637ED410EC2F568F6"
     "2825742AA2DBC9CFB7CA2E7914E60A713436D95C34896C1EAB2E45AB40A632A0C1C92071DAC5B3E2"
     "B07BD06D9E9C59F7DD80F29726FA1757"},
    {OSSL_PKEY_PARAM_FFC_Q, "D1728E4D11141E4486D712B763055810CDB15DD3BE1A1AFB82CD8F93E40E93A5"},
    {OSSL_PKEY_PARAM_FFC_G,
     "0818098641CAA6B0B3DD84AFDD3F3F849CD3B01075908FD3995C6E7219F40EA3940C4E85CF1EAEBD"
     "6FB429237AE418DF7C44370A9CE07476C7B2CB6FC5A3B9281139E02615B27B59BA35545CE945D1D7"
     "EE0E2A48594B23650887936F76B26BC977DF4BE6EDC5B44171C714ABC35CB79626B969BD5BAE4AEC"
     "465E3D2654B91828DD7F7A15FA1ED91D4FAEB6BF1276FB5169FB2D1BC88F73F0CE09857443D6E7FC"
     "ACFCDC98755E2E07F0DD1FBB278FFE1D5BC06A454F461352AADD65F610E850068AFC70406CE681AC"
     "D34865297CA96D944FD6F6FECF1700B1E7BA0FB4F5967E27560468B1A10FD5406B409B3C9899CF7B"
     "B779269F94DAF4F532C8D8A52E0D6A7A"},
};

enum { DOMAIN_COUNT = sizeof(domain) / sizeof(domain[0]) };

static OSSL_PARAM *domain_params(BIGNUM *numbers[static DOMAIN_COUNT])
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    bool good = builder != NULL;

    for (size_t i = 0; i < DOMAIN_COUNT && good; i++)
        good = BN_hex2bn(&numbers[i], domain[i].hex) > 0 &&
               OSSL_PARAM_BLD_push_BN(builder, domain[i].name, numbers[i]) == 1;
    if (good)
        params = OSSL_PARAM_BLD_to_param(builder);
    OSSL_PARAM_BLD_free(builder);
    return params;
}

static EVP_PKEY *make_domain(void)
{
    BIGNUM *numbers[DOMAIN_COUNT] = {NULL};
    OSSL_PARAM *params = domain_params(numbers);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
    EVP_PKEY *pkey = NULL;

    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEY_PARAMETERS, params) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    for (size_t i = 0; i < DOMAIN_COUNT; i++)
        BN_free(numbers[i]);
    return pkey;
}

EVP_PKEY *pki_dsa_key_make(void)
{
    EVP_PKEY *parameters = make_domain();
    EVP_PKEY_CTX *ctx =
        parameters != NULL ? EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL) : NULL;
    EVP_PKEY *pkey = NULL;

    if (ctx == NULL || EVP_PKEY_keygen_init(ctx) != 1 || EVP_PKEY_generate(ctx, &pkey) != 1)
        pkey = NULL;
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(parameters);
    return pkey;
}
