/* SPDX-License-Identifier: Apache-2.0 */
/* The plan of a street before anything is built: strips of ground from left to right, lanes, the
 * lots on both sides, and where another street crosses. x = 0 is the middle of the camera's lane.
 */
#ifndef VOLO_TESTS_SCENES_STREET_H
#define VOLO_TESTS_SCENES_STREET_H

#include "scene_noise.h"
#include "vec3.h"

enum {
    MAX_STRIPS = 16,
    MAX_LANES = 6,
    MAX_LOTS = 64, /* of one side */
    LEFT = 0,
    RIGHT = 1,
};

typedef enum StripKind {
    STRIP_LANES,
    STRIP_BAY, /* where cars park along the road */
    STRIP_WALK,
    STRIP_VERGE,  /* grass between kerb and walk, or in the middle of the road */
    STRIP_TRACK,  /* rails in gravel or grass */
    STRIP_GARDEN, /* what lies behind the walk where no house stands */
    STRIP_COUNT,
} StripKind;

typedef struct Strip {
    StripKind kind;
    float left, right;
} Strip;

typedef struct Lane {
    float middle;
    bool oncoming;
} Lane;

/* A painted line along the street: on for `dash` metres of every `period`. */
typedef struct Line {
    float x, half_width, dash, period;
    bool yellow;
} Line;

typedef enum LotKind {
    LOT_HOUSE, /* at the walk, wall to wall */
    LOT_VILLA, /* set back behind a garden */
    LOT_PARK,  /* grass and trees */
    LOT_YARD,  /* a wall along the walk, with trees above it */
    LOT_GAP,   /* a side street */
} LotKind;

typedef enum WallKind {
    WALL_PLASTER,
    WALL_BRICK,
    WALL_CONCRETE,
    WALL_GLASS,
    WALL_KINDS,
} WallKind;

typedef struct House {
    WallKind wall;
    float length, height, depth, roof; /* metres; roof: height above the eaves, 0 when flat */
    float storey, ground_storey;
    int bays;                          /* columns of windows */
    float window_width, window_height; /* shares of bay and storey */
    bool has_shops, has_shutters, has_balconies;
    float lit; /* share of lit windows */
    Vec3 colour, trim, roof_colour, shop_colour;
    uint32_t seed;
} House;

typedef struct Lot {
    LotKind kind;
    float start, end; /* z */
    float setback;
    House house; /* height 0: none */
} Lot;

typedef struct Side {
    float kerb, walk_inner, front; /* x, from the road outwards */
    Lot lots[MAX_LOTS];
    int lot_count;
    bool has_walk;
} Side;

typedef enum PavingKind {
    PAVING_SLABS,
    PAVING_LARGE_SLABS,
    PAVING_BRICKS,
    PAVING_SETTS,
    PAVING_ASPHALT,
    PAVING_CONCRETE,
    PAVING_KINDS,
} PavingKind;

typedef struct Street {
    Strip strips[MAX_STRIPS];
    int strip_count;
    Lane lanes[MAX_LANES];
    int lane_count;
    Line lines[MAX_LANES + 4];
    int line_count;
    bool has_track, has_bay[2], has_verge[2];
    bool is_walled[2];     /* a wall against noise along the verge */
    float crowd, traffic;  /* how many people and vehicles, 1 is usual */
    float track_middle[2]; /* x of the two tracks */
    Side sides[2];
    float crossing_start, crossing_end; /* z of the crossing street; equal: there is none */
    bool has_zebra;
    float zebra_start, zebra_end; /* z */
    float arrow;                  /* z of an arrow on the camera's lane; < 0: none */
    bool has_box;                 /* a yellow grid on the crossing */
    bool has_setts;               /* the road is paved with stones */
    PavingKind walk_paving, bay_paving;
    float bay_lines;  /* how visible they are, 0..1 */
    float cycle_lane; /* width in metres; 0: none */
    Vec3 asphalt, paving, grass, kerb_colour, cycle_colour;
    float roughness, wear, litter; /* of asphalt, of road paint; share of fallen leaves on grass */
    float bare;                    /* share of trees without leaves */
    uint32_t seed;
} Street;

void street_plan(Street *street, Random *random);

/* The lot of a side at z; NULL beyond the street's ends. */
const Lot *street_lot(const Street *street, int side, float z);

#endif
