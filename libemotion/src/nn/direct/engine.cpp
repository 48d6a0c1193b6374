#include "nn/direct/engine.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

#include <algorithm>

#include "base/check.hpp"
#include "base/thread_limit.hpp"
#include "nn/direct/run.hpp"
#include "nn/direct/team.hpp"

namespace emotion::nn::direct {
namespace {

constexpr std::size_t kMostPlans = 16;
constexpr int kMostKernel = 11;

}  // namespace

/// A block of memory that goes back to the engine when the call is over.
class DirectEngine::Arena {
public:
    Arena(const DirectEngine& engine, std::int64_t floats) : engine_(engine) {
        {
            std::lock_guard lock(engine_.mutex_);
            if (!engine_.arenas_.empty()) {
                memory_ = std::move(engine_.arenas_.back());
                engine_.arenas_.pop_back();
            }
        }
        if (!memory_.defined() || memory_.numel() < floats) {
            memory_.reset();
            memory_ = at::empty({std::max<std::int64_t>(floats, 1)});
        }
    }
    ~Arena() {
        std::lock_guard lock(engine_.mutex_);
        engine_.arenas_.push_back(std::move(memory_));
    }
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    float* data() const { return memory_.mutable_data_ptr<float>(); }

private:
    const DirectEngine& engine_;
    at::Tensor memory_;
};

bool DirectEngine::supports(const Program& program) {
    return std::all_of(program.steps.begin(), program.steps.end(), [](const Step& step) {
        const bool known_conv = step.kind != StepKind::conv || step.groups == 1 ||
                                (step.is_depthwise() && step.weight.size(1) == 1 && step.added < 0);
        return known_conv && step.slope <= 1 && step.kernel <= kMostKernel;
    });
}

DirectEngine::DirectEngine(Program program, const Kernels& kernels)
    : program_(std::move(program)), kernels_(kernels), packed_(program_.steps.size()) {
    for (std::size_t i = 0; i < program_.steps.size(); ++i) {
        Step& step = program_.steps[i];
        if (step.kind != StepKind::conv && step.kind != StepKind::linear) continue;
        packed_[i] = pack(step, kernels_.width);
    }
}

std::shared_ptr<const Plan> DirectEngine::plan_for(int height, int width) const {
    std::lock_guard lock(mutex_);
    auto found = std::find_if(plans_.begin(), plans_.end(),
                              [&](const auto& plan) { return plan->height == height && plan->width == width; });
    if (found != plans_.end()) {
        plans_.splice(plans_.begin(), plans_, found);
    } else {
        plans_.push_front(std::make_shared<const Plan>(make_plan(program_, kernels_.width, height, width)));
        if (plans_.size() > kMostPlans) plans_.pop_back();
    }
    return plans_.front();
}

std::vector<at::Tensor> DirectEngine::forward(const InputRows& input) const {
    const std::shared_ptr<const Plan> plan = plan_for(input.height, input.width);
    const std::int64_t n = input.count;
    std::vector<at::Tensor> results;  // (n, h, w, padded channels)
    for (int value : plan->output_values) {
        const std::size_t v = static_cast<std::size_t>(value);
        results.push_back(
            at::empty({n, plan->heights[v], plan->widths[v], padded(program_.channels[v], kernels_.width)}));
    }

    auto run_pictures = [&](std::int64_t first, std::int64_t count, const Team& team) {
        Arena arena(*this, plan->arena_floats);
        std::vector<float*> outputs;
        for (const at::Tensor& result : results)
            outputs.push_back(result.mutable_data_ptr<float>() + first * result.stride(0));
        const Run run(program_, packed_, kernels_, *plan, input, first, static_cast<int>(count), arena.data(), outputs,
                      team);
        run.all_steps();
        for (std::size_t k = 0; k < results.size(); ++k) {
            const Place& place = plan->places[static_cast<std::size_t>(plan->output_values[k])];
            if (plan->buffers[static_cast<std::size_t>(place.buffer)].output >= 0) continue;
            const Map map = run.map_of(plan->output_values[k]);
            for (int picture = 0; picture < count; ++picture)
                for (int y = 0; y < map.height; ++y)
                    for (int column = 0; column < map.width; ++column)
                        std::copy_n(
                            map.at(picture, y, column), map.channels,
                            outputs[k] + ((static_cast<std::int64_t>(picture) * map.height + y) * map.width + column) *
                                             map.channels);
        }
    };
    const std::int64_t at_once = plan->images;
    auto run_all = [&](std::int64_t begin, std::int64_t end, const Team& team) {
        for (std::int64_t first = begin; first < end; first += at_once)
            run_pictures(first, std::min(at_once, end - first), team);
    };
    const Team team(ThreadLimit::applied_to(at::get_num_threads()));
    if (n >= team.threads()) {
        // Enough pictures: each thread takes its own ones through the whole network and waits for nobody.
        const Team alone(1);
        team.run(n, 1, [&](std::int64_t begin, std::int64_t end) { run_all(begin, end, alone); });
    } else {
        run_all(0, n, team);
    }

    std::vector<at::Tensor> outputs;
    for (const ProgramOutput& output : program_.outputs) {
        const auto found = std::find(plan->output_values.begin(), plan->output_values.end(), output.value);
        at::Tensor result = results[static_cast<std::size_t>(found - plan->output_values.begin())];
        result = program_.is_vector[static_cast<std::size_t>(output.value)] ? result.view({n, result.size(3)})
                                                                            : result.permute({0, 3, 1, 2});
        outputs.push_back(result.narrow(1, output.first_channel, output.channels));
    }
    return outputs;
}

}  // namespace emotion::nn::direct
