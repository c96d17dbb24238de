/* SPDX-License-Identifier: Apache-2.0 */
#include "lan9118.h"

#include "mps2.h"

#include "lwip/etharp.h"
#include "lwip/pbuf.h"
#include "netif/ethernet.h"

#include <string.h>

#define LAN(offset) MPS2_REG(0x40200000U + (offset))
#define RX_DATA     LAN(0x00)
#define TX_DATA     LAN(0x20)
#define RX_STATUS   LAN(0x40)
#define TX_STATUS   LAN(0x48)
#define IRQ_CFG     LAN(0x54)
#define INT_STS     LAN(0x58)
#define INT_EN      LAN(0x5c)
#define TX_CFG      LAN(0x70)
#define HW_CFG      LAN(0x74)
#define RX_FIFO_INF LAN(0x7c)
#define MAC_COMMAND LAN(0xa4)
#define MAC_DATA    LAN(0xa8)

enum {
    MAC_CR = 1,
    MAC_HIGH = 2,
    MAC_LOW = 3,
    MAC_ON = 0x0c,  /* send and receive */
    IRQ_ON = 0x111, /* enabled, active high, push-pull */
    RX_LEVEL = 8,   /* a frame is in the receive FIFO */
    TX_ON = 6,      /* on; a full status FIFO stops nothing */
    HW_DEFAULT = 0x50000,
    RX_ERROR = 0x8000,
    FRAME_MAX = 1514,
    CRC_LEN = 4
};

#define MAC_BUSY 0x80000000U
#define MAC_READ 0x40000000U

static volatile int has_input;

static uint32_t mac_read(uint32_t reg)
{
    MAC_COMMAND = MAC_BUSY | MAC_READ | reg;
    return MAC_DATA;
}

static void mac_write(uint32_t reg, uint32_t value)
{
    MAC_DATA = value;
    MAC_COMMAND = MAC_BUSY | reg;
}

void lan9118_handler(void)
{
    MPS2_NVIC_DISABLE = 1U << MPS2_IRQ_ETHERNET;
    has_input = 1;
}

int lan9118_has_input(void)
{
    return has_input;
}

/* Command words of one buffer that is the whole frame, then the frame in words. */
static err_t send_frame(struct netif *netif, struct pbuf *p)
{
    static uint32_t words[(FRAME_MAX + 3) / 4];
    u16_t len = pbuf_copy_partial(p, words, sizeof(words), 0);

    (void)netif;
    if (len != p->tot_len)
        return ERR_BUF;
    TX_DATA = 0x3000U | len;
    TX_DATA = len;
    for (unsigned i = 0; i < (len + 3U) / 4; i++)
        TX_DATA = words[i];
    (void)TX_STATUS; /* takes it from the FIFO */
    return ERR_OK;
}

/* The next frame out of the FIFO; NULL where it is broken or there is no memory. */
static struct pbuf *read_frame(uint32_t status)
{
    static uint32_t words[(FRAME_MAX + CRC_LEN + 3) / 4 + 1];
    uint32_t len = status >> 16 & 0x3fff;
    struct pbuf *p = NULL;

    for (uint32_t i = 0; i < (len + 3) / 4; i++) {
        uint32_t word = RX_DATA;

        if (i < sizeof(words) / sizeof(words[0]))
            words[i] = word;
    }
    if ((status & RX_ERROR) != 0 || len <= CRC_LEN || len - CRC_LEN > FRAME_MAX)
        return NULL;
    p = pbuf_alloc(PBUF_RAW, (u16_t)(len - CRC_LEN), PBUF_POOL);
    if (p != NULL)
        (void)pbuf_take(p, words, (u16_t)(len - CRC_LEN)); /* it is that long */
    return p;
}

void lan9118_service(struct netif *netif)
{
    if (!has_input)
        return;
    has_input = 0;
    while ((RX_FIFO_INF >> 16 & 0xff) > 0) {
        struct pbuf *p = read_frame(RX_STATUS);

        if (p != NULL && netif->input(p, netif) != ERR_OK)
            pbuf_free(p);
    }
    INT_STS = RX_LEVEL;
    /* One that came before the line above raises no interrupt. */
    if ((RX_FIFO_INF >> 16 & 0xff) > 0)
        has_input = 1;
    else
        MPS2_NVIC_ENABLE = 1U << MPS2_IRQ_ETHERNET;
}

err_t lan9118_init(struct netif *netif)
{
    uint32_t low = 0;
    uint32_t high = 0;

    HW_CFG = HW_DEFAULT;
    low = mac_read(MAC_LOW);
    high = mac_read(MAC_HIGH);
    for (unsigned i = 0; i < 6; i++)
        netif->hwaddr[i] = (u8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
    netif->hwaddr_len = 6;
    netif->mtu = 1500;
    netif->flags =
        NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    TX_CFG = TX_ON;
    mac_write(MAC_CR, MAC_ON);
    INT_STS = 0xffffffff;
    INT_EN = RX_LEVEL;
    IRQ_CFG = IRQ_ON;
    has_input = 1; /* also for what came before */
    return ERR_OK;
}
